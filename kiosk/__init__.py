"""The core: knows surveys, interviews and the store; knows no channel."""

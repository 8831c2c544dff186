"""What leaves the store: exports, and later reports and open data."""

"""Ways of asking besides the terminal: each channel is a package of its own here, and knows none of the others."""

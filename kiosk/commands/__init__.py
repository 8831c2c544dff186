"""One module for each command of the core; each has a function (folder, options) -> exit status."""

"""Expected files: the board and its rules, in Chromium."""

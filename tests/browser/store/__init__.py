"""Hand-over and retention in Chromium."""

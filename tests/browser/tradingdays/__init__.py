"""The site admin's trading days, in Chromium."""

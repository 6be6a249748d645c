"""The site admin's pages and the pages of what expires, in Chromium."""

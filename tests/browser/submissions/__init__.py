"""Submitting in Chromium: a live sandbox and real workers, from the file to the log."""

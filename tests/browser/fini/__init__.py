"""FINI in Chromium."""

"""Tests that drive Chromium against a real web server."""

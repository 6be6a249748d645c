"""The Download Corner in the browser."""

"""The selectors of keys."""

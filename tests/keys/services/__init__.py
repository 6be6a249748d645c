"""The services of keys."""

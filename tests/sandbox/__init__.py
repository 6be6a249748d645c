"""The real visit against the live sandbox."""

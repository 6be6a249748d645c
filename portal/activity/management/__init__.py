"""Commands of the activity log."""

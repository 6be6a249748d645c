"""The writes: every one ends with its row in the activity log."""

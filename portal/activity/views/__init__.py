"""The pages of the activity log."""

"""The pages of submissions, one file a page."""

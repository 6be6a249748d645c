"""The pages of keys and addresses, one file a page."""

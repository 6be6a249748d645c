"""The pages of keys and addresses."""

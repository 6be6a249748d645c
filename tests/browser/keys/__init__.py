"""Keys and addresses in the browser."""

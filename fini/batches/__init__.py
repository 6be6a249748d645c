"""A batch of subscriptions from a CSV or XLSX file, read as hostile and checked."""

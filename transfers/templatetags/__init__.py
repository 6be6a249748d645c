"""Tags of the transfers' pages."""

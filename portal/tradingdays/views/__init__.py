"""The pages of the trading days, for site admins."""

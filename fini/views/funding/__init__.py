"""The pages of EIPO funding."""

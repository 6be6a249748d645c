"""The exchange's calendar: trading days, half days, typhoons."""

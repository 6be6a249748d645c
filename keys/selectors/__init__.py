"""Reads of everything that gives access to the exchange, one file a subject."""

from keys.selectors.keys import accounts_for, confirmed_hosts, current_key

__all__ = ["accounts_for", "confirmed_hosts", "current_key"]

"""Writes to everything that gives access to the exchange, one file a subject."""

from keys.services.pairs import make_key, open_private
from keys.services.registrations import mark_registered

__all__ = ["make_key", "mark_registered", "open_private"]

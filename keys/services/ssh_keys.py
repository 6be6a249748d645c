"""Everything a person does to an SSH key, for the pages and commands."""

from keys.services.claims import ask_back
from keys.services.compromises import compromised
from keys.services.pairs import bring_key, make_key, open_private
from keys.services.registrations import (
    discard,
    mark_registered,
    record_registration,
    revoke,
)

__all__ = [
    "ask_back",
    "bring_key",
    "compromised",
    "discard",
    "make_key",
    "mark_registered",
    "open_private",
    "record_registration",
    "revoke",
]

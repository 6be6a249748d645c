"""The person of a record: sealed into its row, and found by the number's keyed hash."""

import uuid
from dataclasses import dataclass, field

import orjson

from fini import identity_numbers
from portal import secrets

TABLE, COLUMN = "fini_eiposubscription", "sealed_person"
SEARCH = "fini/search"  # what the search key is derived for


@dataclass(slots=True)
class Person:
    """The five fields that identify somebody; none shows in a repr."""

    id_type: str = field(repr=False)
    jurisdiction: str = field(repr=False)
    number: str = field(repr=False)
    name_english: str = field(repr=False)
    name_chinese: str = field(repr=False)


def seal_person(pk: uuid.UUID, person: Person) -> bytes:
    """For `EipoSubscription.sealed_person` of the row `pk`; opens in no other."""
    told = [
        *(person.id_type, person.jurisdiction, person.number),
        *(person.name_english, person.name_chinese),
    ]
    return secrets.seal(orjson.dumps(told), secrets.context(TABLE, pk, COLUMN))


def open_person(pk: uuid.UUID, sealed: bytes) -> Person:
    """Raises secrets.CannotOpen: damaged, of another row, or erased (empty)."""
    plain = secrets.open(sealed, secrets.context(TABLE, pk, COLUMN))
    return Person(*orjson.loads(plain))


def search_key() -> bytes:
    """32 bytes, for `identity_numbers.search_hash`."""
    return secrets.derive(SEARCH)


def number_hash(id_type: str, jurisdiction: str, number: str) -> bytes:
    """What `EipoSubscription.number_hash` holds: one document, however written."""
    told = identity_numbers.document(id_type, jurisdiction, number)
    return identity_numbers.search_hash(told, search_key())


def names(text: str, person: Person) -> bool:
    """Whether a text holds the number, however written, or a whole name."""
    spoken = " ".join(text.split()).casefold()
    whole = (" ".join(n.split()) for n in (person.name_english, person.name_chinese))
    return identity_numbers.holds(text, person.number) or any(
        name.casefold() in spoken for name in whole if len(name) > 1
    )

"""What is said of a record, by FINI or by us, is kept in clear: not when it quotes
the person."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from fini import persons
from fini.models import EipoSubscription
from fini.services.sending.outcome_rows import Outcome
from portal import secrets

QUOTED = "HKEX's words quote the person's data, and are not kept."


def discreet(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Each text is held against the people of all the records that it is said of."""
    said = defaultdict(list)
    for one in outcomes:
        if one.error_text:
            said[one.error_text].append(one.pk)
    people = _people([pk for pks in said.values() for pk in pks])
    quoting = {
        text
        for text, pks in said.items()
        if any(persons.names(text, people[pk]) for pk in pks if pk in people)
    }
    return [
        replace(one, error_text=QUOTED) if one.error_text in quoting else one
        for one in outcomes
    ]


def names_one(text: str, pks: Sequence[uuid.UUID]) -> bool:
    """Whether it quotes the number or a whole name of one of these people."""
    return any(persons.names(text, person) for person in _people(pks).values())


def _people(pks: Sequence[uuid.UUID]) -> dict[uuid.UUID, persons.Person]:
    """Those that open; an erased one can no longer be told by anybody's words."""
    rows = EipoSubscription.objects.filter(pk__in=pks).exclude(sealed_person=b"")
    found = {}
    for pk, sealed in rows.values_list("pk", "sealed_person"):
        try:
            found[pk] = persons.open_person(pk, bytes(sealed))
        except secrets.CannotOpen:
            continue
    return found

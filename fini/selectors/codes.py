"""The words that a participant has for FINI's codes."""

from dataclasses import dataclass

from fini.codes import DEFAULTS, KNOWN_CODES, Grade, Labels, grade
from fini.models import CodeKind, CodeLabel
from portal.people.models import Participant


@dataclass(frozen=True, slots=True)
class Coded:
    """A code that the portal knows of, or an admin has named."""

    kind: CodeKind
    code: str
    label: str  # "" where nobody has said what it means
    grade: Grade


def labels(participant: Participant) -> Labels:
    """For `codes.label`: the participant's own over the portal's. One query."""
    own = CodeLabel.objects.filter(participant=participant)
    rows = own.values_list("kind", "code", "label")
    return {**DEFAULTS, **{(kind, code): label for kind, code, label in rows}}


def known(participant: Participant) -> list[Coded]:
    """Every code that has a word, or is printed without one: by kind, then code."""
    own = CodeLabel.objects.filter(participant=participant)
    mine = {(row.kind, row.code): row.label for row in own}
    places = {kind.value: place for place, kind in enumerate(CodeKind)}
    keys = sorted(
        {*KNOWN_CODES, *mine}, key=lambda key: (places[key[0]], len(key[1]), key[1])
    )
    return [
        Coded(
            CodeKind(kind),
            code,
            mine.get((kind, code), DEFAULTS.get((kind, code), "")),
            Grade.OURS if (kind, code) in mine else grade(kind, code),
        )
        for kind, code in keys
    ]

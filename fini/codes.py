"""What FINI's codes are called, as far as anybody knows (notes.md gives the grades).

A code without a label is shown as it came: its meaning is not made up here.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from fini import names

Labels = Mapping[tuple[str, str], str]  # by kind (of models.CodeKind) and code


class Grade(StrEnum):
    """How sure a meaning is; none of them is HKEX's own specification."""

    PROVED = "proved"
    SECONDARY = "secondary"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    OURS = "ours"  # an admin of the participant wrote it


_KNOWN: Mapping[tuple[str, str], tuple[str, Grade]] = {
    # Printed without a word (FINI-17).
    ("ipo_status", "25"): ("", Grade.UNKNOWN),
    ("ipo_status", "30"): ("", Grade.UNKNOWN),
    ("ipo_status", "45"): ("", Grade.UNKNOWN),
    ("ipo_status", "60"): ("", Grade.UNKNOWN),
    ("ipo_status", "70"): ("", Grade.UNKNOWN),
    ("id_type", names.HKID): ("HKID", Grade.PROVED),
    ("id_type", "4"): ("LEI", Grade.SECONDARY),
    ("id_type", "8"): ("BCAN", Grade.SECONDARY),
    ("sub_flow_status", names.AUTHORISED): ("Authorised", Grade.SECONDARY),
    ("sub_flow_status", names.INVALIDATED): ("Invalidated", Grade.SECONDARY),
    ("funding_status", names.FUNDING_PENDING): ("Pending", Grade.SECONDARY),
    ("funding_status", names.FUNDING_CONFIRMED): ("Confirmed", Grade.INFERRED),
    ("funding_status", names.FUNDING_REJECTED): ("Rejected", Grade.INFERRED),
}
DEFAULTS: Labels = MappingProxyType(
    {key: word for key, (word, _) in _KNOWN.items() if word}
)
KNOWN_CODES: tuple[tuple[str, str], ...] = tuple(_KNOWN)


def label(kind: str, code: str, labels: Labels = DEFAULTS) -> str:
    """What the code is called, else the code; `labels` as `selectors.codes` gives."""
    return labels.get((kind, code)) or code


def grade(kind: str, code: str) -> Grade:
    """Of what the portal itself says of the code."""
    return _KNOWN.get((kind, code), ("", Grade.UNKNOWN))[1]

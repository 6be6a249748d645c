"""What the name of a distributed file says; a name that says nothing is kept too."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from transfers.spec.catalogue import ENTRIES


@dataclass(frozen=True)
class Distributed:
    """One kind of file that answers a submission (Guide A §3.3, §4.3)."""

    file_id: str
    subject: str
    answers: str  # the File ID of the submission
    is_result: bool  # a result, or else a response (or the full image)


def _report(file_id: str, name: str) -> list[Distributed]:
    """HBCNATBN is answered by HBCNATRP and HBCNATRSLT."""
    stem = file_id.removesuffix("BN")
    return [
        Distributed(f"{stem}RP", f"{name} Response File", file_id, False),
        Distributed(f"{stem}RSLT", f"{name} Result File", file_id, True),
    ]


MAPPING = "HBCNMAPP"
KINDS = {
    one.file_id: one
    for one in [
        Distributed("HBCNMPRP", "BCAN-CID Response File", MAPPING, False),
        Distributed("HBCNRSLT", "BCAN-CID Process Result File", MAPPING, True),
        Distributed("HBCNFIMG", "BCAN Full Image File", MAPPING, False),
        *(
            kind
            for entry in ENTRIES
            if entry.file_id != MAPPING
            for kind in _report(entry.file_id, entry.name)
        ),
    ]
}
# As the guide prints the third result (§4.3).
SPELLINGS = {name: name for name in KINDS} | {"HBCNLQRSLSLT": "HBCNLQRSLT"}
_REPORT = re.compile(r"(RX_AUDIT|[A-Z]{2,3}[0-9]{2,3})(?![A-Z0-9])")
_TOKEN = re.compile(r"[A-Z0-9]+")


@dataclass(frozen=True)
class Told:
    """What a name says; all empty for an unknown one."""

    file_id: str = ""
    subject: str = ""
    is_intraday: bool = False


def told_by(platform: str, name: str, intraday: Iterable[str] = ("RPI",)) -> Told:
    """`intraday`: what the names of reports begin with that may be fetched again."""
    if str(platform) == "ECP":
        kind = kind_of(name)
        return Told(kind.file_id, kind.subject) if kind else Told()
    again = name.upper().startswith(tuple(one.upper() for one in intraday if one))
    match = _REPORT.match(name.upper())
    file_id = match[1] if match else ""
    return Told(file_id, _report_subject(file_id, again), again)


def kind_of(name: str) -> Distributed | None:
    """By the File ID with which it begins; None for an unknown name."""
    upper = name.upper()
    for spelling, file_id in SPELLINGS.items():
        if upper.startswith(spelling):
            return KINDS[file_id]
    return None


def answers_to(file_id: str) -> frozenset[str]:
    """The File IDs with which HKEX answers a submission of this one."""
    return frozenset(one.file_id for one in KINDS.values() if one.answers == file_id)


def code_in(name: str, codes: Iterable[str]) -> str:
    """The one of these identity codes that stands in the name as a word of its own;
    "" when none does, or several."""
    words = set(_TOKEN.findall(name.upper()))
    found = {code for code in codes if code.upper() in words}
    return found.pop() if len(found) == 1 else ""


def days_in(name: str) -> frozenset[str]:
    """Every `YYYYMMDD` that stands in the name as a word of its own."""
    return frozenset(
        word for word in _TOKEN.findall(name) if len(word) == 8 and word.isdigit()
    )


def identity_kind(file_id: str) -> str:
    """Of the submission that a file of this kind answers; "" for an unknown one."""
    kind = KINDS.get(file_id)
    entry = next((e for e in ENTRIES if kind and e.file_id == kind.answers), None)
    return entry.identity_kind if entry else ""


def _report_subject(file_id: str, is_intraday: bool) -> str:
    if not file_id:
        return "Intraday margin report" if is_intraday else ""
    return f"{'Intraday margin report' if is_intraday else 'Report'} {file_id}"

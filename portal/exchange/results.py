"""Reading the names and contents of HKEX's result files; no bytes can make it raise."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from typing import Literal, Self, cast

from .errors import printable

REASON_LIMIT = 1000  # the guide says 255; a longer one is cut here, not lost at 255
CODE_DIGITS = 5

_NAME = re.compile(
    r"(?P<original>.+)\.(?P<at>[0-9]{6})(?:\.(?P<seq>[0-9]{1,5}))?"
    r"\.(?P<kind>rcvd|rej)",
    re.DOTALL,
)
_CHECKSUM = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_REJECTION = re.compile(rf"\s*([0-9]{{1,{CODE_DIGITS}}})(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ResultName:
    """`<original>.<HHMMSS>[.<seq>].rcvd` or `.rej` (Guide A §4.6.1); seq 0 if absent.

    `original` keeps its case and comes from the server: compare it, never trust it.
    """

    original: str
    at: time
    seq: int
    kind: Literal["rcvd", "rej"]

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """None for whatever is not the name of a result file."""
        found = _NAME.fullmatch(name)
        if found is None or not name.isprintable():
            return None
        hour, minute, second = (int(found["at"][i : i + 2]) for i in (0, 2, 4))
        if hour > 23 or minute > 59 or second > 59:
            return None
        kind = cast("Literal['rcvd', 'rej']", found["kind"])
        at = time(hour, minute, second)
        return cls(found["original"], at, int(found["seq"] or 0), kind)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Code: up to five digits, empty if none; reason: one line of printable text."""

    code: str
    reason: str


def checksum_in(content: bytes) -> str | None:
    """The SHA-256 in an acknowledgment file, upper case (Guide A §4.4.1).

    It is the one run of exactly 64 hex digits; None if there is none, or if there
    are several that differ.
    """
    found = {run.upper() for run in _CHECKSUM.findall(content.replace(b"\0", b""))}
    return found.pop().decode() if len(found) == 1 else None


def rejection_in(content: bytes) -> Rejection:
    """The rejection code and reason in a `.rej` file (Guide A §4.6.2).

    Nothing fixes what stands between the two, so the code is the leading digits and
    the reason is all the rest, with the separators around it taken away.
    """
    text = _text(content)
    found = _REJECTION.match(text)
    code, rest = found.groups() if found else ("", text)
    return Rejection(code, _one_line(rest))


def _text(content: bytes) -> str:
    start = content[: 4 * REASON_LIMIT].replace(b"\0", b"")
    # The cut may have gone through the middle of a character, which is no fault.
    whole = len(content) <= 4 * REASON_LIMIT
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(start, whole)
    except UnicodeDecodeError:
        return start.decode("latin-1")


def _one_line(text: str) -> str:
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    line = " ".join(visible.split())
    return printable(line.strip(" ,;:|-"), REASON_LIMIT)

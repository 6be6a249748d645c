"""Lines of a result file that tell of a rejection, whatever its format: the text.

HKEX's layouts are not public. Words decide, and a count of none is no rejection.
"""

import re
from collections.abc import Iterable

MOST_LINES, LONGEST_LINE = 20, 300
READ_OF_A_LINE = 2000  # characters: no pattern below is asked more at once
# "Rejection Reason" heads a column; "Rejected" tells of one.
_TOLD = re.compile(r"\b(rejected|rejects?|rej|failed|failure|invalid)\b", re.IGNORECASE)
# Of a line whose runs of spaces are one: nothing here can match in two ways, so that
# a hostile line costs no more time than another.
_NONE = re.compile(
    r"\b(no|none|0+) (\w+ ){0,2}(rejected|rejects?|failed|invalid)\b"
    r"|\b(rejected|rejects?|failed|invalid)( \w+){0,2} ?[\"']? ?[:=,;|\t] ?"
    r"[\"']? ?(0+|none|nil)\b(?![.,]?\d)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\t]+")


def lines_in(texts: Iterable[str]) -> list[str]:
    """At most 20 lines of at most 300 printable characters, in their order."""
    found: list[str] = []
    for text in texts:
        for whole in text.splitlines():
            line = _SPACES.sub(" ", whole[:READ_OF_A_LINE])
            if _TOLD.search(line) and not _NONE.search(line):
                found.append(_shown(line))
                if len(found) == MOST_LINES:
                    return found
    return found


def _shown(line: str) -> str:
    whole = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    if len(whole) <= LONGEST_LINE:
        return whole
    return f"{whole[: LONGEST_LINE - 1]}…"

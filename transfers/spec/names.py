"""File names: what may never be in one, and the three parts of a good one.

Nothing is normalised: a name is taken as it is, or refused with the reason.
"""

import datetime as dt
import re
from dataclasses import dataclass

from transfers.spec.catalogue import FileId

LONGEST = 128  # Guide A §4.4: a longer one is refused by HKEX's server, without a .rej

# The code's own shape is not checked: it must equal the identity that was chosen.
_PARTS = re.compile(r"(?P<file_id>[^_]*)_(?P<code>[A-Z0-9]+)_(?P<day>[0-9]{8})\.zip")


@dataclass(frozen=True)
class Name:
    """`HBCNMAPP_AAA000_20220225.zip` taken apart."""

    file_id: str
    code: str
    day: dt.date


class BadName(ValueError):
    """The name is not of HKEX's pattern; the text says where it differs."""


def hostile(name: str) -> str:
    """Why a name may not come in at all, as one sentence; empty when it may."""
    if not name:
        return "The file has no name. Give it the name that HKEX asks for."
    if "/" in name or "\\" in name or name in {".", ".."}:
        return (
            f"The name {visible(name)} has a folder in it. "
            "Choose a file whose name has no slash or backslash."
        )
    if odd := next((char for char in name if _unseen(char)), None):
        return (
            f"The name {visible(name)} has a character that cannot be seen "
            f"(U+{ord(odd):04X}). Rename the file with letters and digits only."
        )
    return ""


def visible(name: str) -> str:
    """The name with every unseen character written out, and not endlessly long."""
    shown = "".join(f"<U+{ord(c):04X}>" if _unseen(c) else c for c in name)
    return shown if len(shown) <= 160 else f"{shown[:80]}…{shown[-40:]}"


def parse(name: str, wanted: FileId) -> Name:
    """Take a name apart; raises BadName."""
    match = _PARTS.fullmatch(name)
    if match is None:
        raise BadName(_difference(name, wanted))
    if match["file_id"] != wanted.file_id:
        raise BadName(
            f"The name begins with {visible(match['file_id'])} and you chose "
            f"{wanted.file_id}."
        )
    return Name(match["file_id"], match["code"], _day(match["day"]))


def _day(digits: str) -> dt.date:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BadName(f"{digits} is no date.") from None


def _difference(name: str, wanted: FileId) -> str:
    if not name.endswith(".zip"):
        return f"The name {visible(name)} does not end in .zip (in small letters)."
    if not name.isascii():
        return f"The name {visible(name)} has letters that HKEX’s names do not have."
    return f"The name {visible(name)} is not {wanted.pattern}."


def _unseen(char: str) -> bool:
    """Control, right-to-left, unassigned; every space but the plain one."""
    return not char.isprintable()

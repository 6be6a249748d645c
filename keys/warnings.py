"""Reading HKEX's expiry warnings, whatever bytes come, and holding them to ours."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from keys.timelines import Slot, Timeline, Validity

READ = 65_536  # bytes of a file that are looked at
MOST_ROWS = 100
_NAME = re.compile(r"SSHKeyExpireWarning(?:_([0-9]{8}))?\.txt")
_DATE = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
    r"|[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}"
)
_MD5 = r"(?:[0-9A-Fa-f]{2}:){15}[0-9A-Fa-f]{2}"
# The fixed-width line of Guide A §4.6.3; its widths are not told, so: white space.
_LINE = re.compile(
    rf"^[ \t]*(Current|Renewed) Public Key[ \t]+({_DATE})[ \t]+({_DATE})[ \t]+({_MD5})",
    re.MULTILINE,
)
# RRS fixes no form (Guide B §6.2): each fact is known by the word before it.
_FACT = re.compile(
    rf"\b(?P<slot>current|renewed|existing)\b"
    rf"|\bcreat[a-z]*\b[^\n0-9]{{0,20}}(?P<created>{_DATE})\b"
    rf"|\bexpir[a-z]*\b[^\n0-9]{{0,20}}(?P<expires>{_DATE})\b"
    rf"|\b(?P<fingerprint>{_MD5})\b",
    re.IGNORECASE,
)
_FORMS = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y")
_SLOTS = {"current": Slot.CURRENT, "existing": Slot.CURRENT, "renewed": Slot.RENEWED}


@dataclass(frozen=True, slots=True)
class Row:
    """What a warning says of one key; None is what it does not say."""

    slot: Slot | None
    created_on: dt.date | None
    expires_on: dt.date | None
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` in words, and what each side holds; an empty text is nothing."""

    what: str
    ours: str
    theirs: str


def is_warning(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def warned_on(name: str) -> dt.date | None:
    """The day in RRS's `SSHKeyExpireWarning_yyyymmdd.txt`; None without one."""
    found = _NAME.fullmatch(name)
    return _day(found[1]) if found and found[1] else None


def parse(content: bytes) -> tuple[Row, ...]:
    """The rows of any of the three forms; none at all for bytes that say nothing."""
    # UTF-16 becomes readable without its zeros, and no fact needs more than ASCII.
    text = content[:READ].replace(b"\0", b"").decode("ascii", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = [_row(*found.groups()) for found in _LINE.finditer(text)]
    return tuple((rows or list(_told(text)))[:MOST_ROWS])


def differences(
    ours: Timeline, rows: Iterable[Row], day: dt.date, *, complete: bool = True
) -> tuple[Difference, ...]:
    """What a warning of `day` says otherwise than our timeline.

    `complete`: the form lists both keys (ECP, RAP), so one that is missing is a
    difference. An empty file says nothing, so it cannot differ.
    """
    listed = list(rows)
    slots = ours.on(day)
    held = {Slot.CURRENT: slots.current, Slot.RENEWED: slots.renewed}
    found = [d for row in listed for d in _against(row, _counterpart(row, held))]
    named = {row.slot for row in listed}
    if complete and listed and None not in named:
        found += [
            Difference(f"The {slot} key is not listed", v.fingerprint, "")
            for slot, v in held.items()
            if v and slot not in named
        ]
    return tuple(found)


def _counterpart(row: Row, held: dict[Slot, Validity | None]) -> Validity | None:
    """Our key for this row: by its slot, else its fingerprint, else its end."""
    if row.slot:
        return held[row.slot]
    keys = [v for v in held.values() if v]
    if row.fingerprint:
        return next((v for v in keys if v.fingerprint == row.fingerprint), None)
    same = (v for v in keys if v.expires_on == row.expires_on)
    return next(same, keys[0] if keys else None)


def _against(row: Row, ours: Validity | None) -> Iterator[Difference]:
    said = f"The {row.slot} key" if row.slot else "A key"
    if ours is None:
        theirs = row.fingerprint or f"a key that expires on {row.expires_on}"
        yield Difference(f"{said} is not in our records", "", theirs)
        return
    pairs: Sequence[tuple[str, object, object]] = (
        ("fingerprint", ours.fingerprint, row.fingerprint),
        ("creation date", ours.works_from, row.created_on),
        ("expiration date", ours.expires_on, row.expires_on),
    )
    for name, mine, theirs_ in pairs:
        if theirs_ is not None and mine != theirs_:
            yield Difference(f"{said} has another {name}", str(mine), str(theirs_))


def _told(text: str) -> Iterator[Row]:
    """A fact that comes again belongs to the next key."""
    facts: dict[str, str] = {}
    for found in _FACT.finditer(text):
        name, value = str(found.lastgroup), found[str(found.lastgroup)]
        if name in facts:
            yield from _if_telling(facts)
            facts = {}
        facts[name] = value
    yield from _if_telling(facts)


def _if_telling(facts: dict[str, str]) -> Iterator[Row]:
    if "fingerprint" in facts or "expires" in facts:
        names = ("slot", "created", "expires", "fingerprint")
        yield _row(*(facts.get(name) for name in names))


def _row(
    slot: str | None, created: str | None, expires: str | None, fingerprint: str | None
) -> Row:
    return Row(
        _SLOTS[slot.lower()] if slot else None,
        _day(created),
        _day(expires),
        fingerprint.lower() if fingerprint else None,
    )


def _day(text: str | None) -> dt.date | None:
    for form in _FORMS if text else ():
        try:
            return dt.datetime.strptime(str(text), form).date()
        except ValueError:
            continue
    return None

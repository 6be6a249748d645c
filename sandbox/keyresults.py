"""The files that answer a key upload, and the warning that a key expires."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sandbox.platforms import Platform
from sandbox.rejection import Rejection
from sandbox.results import result_names
from sandbox.slots import RegisteredKey, Slots

WARNED_FOR = timedelta(days=14)
_KEPT_FOR = timedelta(hours=24)
_DAYS_KEPT = timedelta(days=10)
_COLUMNS = (20, 15, 17)


def names(platform: Platform, file: str, at: datetime, good: bool) -> Iterator[str]:
    """Guides A §4.6 and C §6: as submissions. B §6: Result.… of the second."""
    if platform.name != "RRS":
        yield from result_names(file, at, "rcvd" if good else "rej")
    while True:  # the guide has no number: the next second where one is taken
        yield f"Result.{at:%Y%m%d.%H%M%S}.{'success' if good else 'failed'}.txt"
        at += timedelta(seconds=1)


def content(
    platform: Platform,
    file: tuple[str, int],
    at: datetime,
    outcome: str | Rejection,
) -> bytes:
    """`file` is name and size, `outcome` the fingerprint or what was wrong."""
    if platform.name == "RRS":
        return _report(file, at, outcome)
    if isinstance(outcome, Rejection):
        return outcome.line()
    words = [outcome, file[0]] if platform.name == "RAP" else [outcome]
    return f"{'      '.join(words)}\r\n".encode()


def _report(file: tuple[str, int], at: datetime, outcome: str | Rejection) -> bytes:
    """The facts that Guide B §6 names; the layout is the sandbox's own."""
    failed = isinstance(outcome, Rejection)
    lines = [
        f"File Name: {file[0]}",
        f"Import Date: {at:%Y-%m-%d %H:%M:%S}",
        f"File Size: {file[1]}",
        f"Import Result: {'Failed' if failed else 'Success'}",
    ]
    if isinstance(outcome, Rejection):
        lines.append(f"Error Reason: {outcome.code} {outcome.reason}")
    return "".join(f"{line}\r\n" for line in lines).encode()


def is_kept(platform: Platform, placed_at: datetime, now: datetime) -> bool:
    """Guides A §4.6, C §6: 24 hours. Guide B §6: 10 calendar days."""
    if platform.name == "RRS":
        return now.date() <= placed_at.date() + _DAYS_KEPT
    return now < placed_at + _KEPT_FOR


def warning_name(platform: Platform, day: date) -> str:
    """RRS writes the day into the name (Guide B §6.2)."""
    dated = f"_{day:%Y%m%d}" if platform.name == "RRS" else ""
    return f"SSHKeyExpireWarning{dated}.txt"


def warning(slots: Slots, day: date) -> bytes | None:
    """Guide A §4.6.3's table, while a key expires within 14 days; else None.

    Guides B and C show no layout; theirs is taken to be the same.
    """
    if not any(key.expires_on - day <= WARNED_FOR for key in slots.keys):
        return None
    head = ("Public Key", "Creation Date", "Expiration Date", "Fingerprint")
    rows = [head]
    if slots.current:
        rows.append(_row("Current", slots.current))
    if slots.renewed:
        rows.append(_row("Renewed", slots.renewed))
    return "".join(f"{_fixed(row)}\r\n" for row in rows).encode()


def _row(slot: str, key: RegisteredKey) -> tuple[str, str, str, str]:
    dates = f"{key.created_on}", f"{key.expires_on}"
    return f"{slot} Public Key", *dates, key.fingerprint


def _fixed(row: tuple[str, ...]) -> str:
    *columns, last = row
    padded = (text.ljust(width) for text, width in zip(columns, _COLUMNS, strict=True))
    return "".join(padded) + last

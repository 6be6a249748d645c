"""What stands in a file of the daily script: the name and the day say all of it.

Of the hexadecimal digest SHAKE-256(`<name>|<YYYY-MM-DD>`) the first 8 digits are a
number n, and 20 + n % 380 rows follow (1,000 + n % 3,000 in an RX_AUDIT), each made of
the next 20 digits: 8 are the reference, 5 the quantity, 7 the amount in cents. The
layout is the sandbox's own.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

_HEAD = "Line,Report,Day,Reference,Quantity,Amount"
_DIGITS, _ROW = 8, 20


@lru_cache(maxsize=8)  # RAP and RRS distribute the same
def content(name: str, day: date) -> bytes:
    """By the name's extension: a zip with a CSV in it, JSON, text or CSV."""
    stem, _, extension = name.rpartition(".")
    if extension == "zip":
        return _zip(f"{stem}.csv", day, _lines(name, day))
    if extension == "json":
        rows = [line.split(",") for line in _lines(name, day)]
        return json.dumps({"head": rows[0], "rows": rows[1:]}, indent=1).encode()
    if extension == "txt":
        rows = [line.split(",") for line in _lines(name, day)]
        return _text("".join(cell.ljust(14) for cell in row).rstrip() for row in rows)
    return _text(_lines(name, day))


def sha256(name: str, day: date) -> str:
    """Lower-case hex."""
    return hashlib.sha256(content(name, day)).hexdigest()


def _lines(name: str, day: date) -> Iterator[str]:
    report = name.partition("_")[0]
    count = _rows(name, day)
    digits = _digest(name, day, _DIGITS + _ROW * count)[_DIGITS:]
    yield _HEAD
    for line in range(count):
        row = digits[line * _ROW : (line + 1) * _ROW]
        quantity, amount = int(row[8:13], 16), int(row[13:], 16)
        money = f"{amount // 100}.{amount % 100:02}"
        yield f"{line + 1},{report},{day:%Y%m%d},{row[:8]},{quantity},{money}"


def _rows(name: str, day: date) -> int:
    number = int(_digest(name, day, _DIGITS), 16)
    if name.startswith("RX_AUDIT"):
        return 1_000 + number % 3_000
    return 20 + number % 380


def _digest(name: str, day: date, digits: int) -> str:
    text = f"{name}|{day.isoformat()}".encode()
    return hashlib.shake_256(text).hexdigest(digits // 2)


def _text(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _zip(member: str, day: date, lines: Iterator[str]) -> bytes:
    """Stored, dated and made on one system, so that its bytes are always the same."""
    out = io.BytesIO()
    entry = zipfile.ZipInfo(member, (day.year, day.month, day.day, 0, 0, 0))
    entry.create_system = 3
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, _text(lines))
    return out.getvalue()

"""One file, or one member of a zip, as a person can read it in the page."""

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transfers.previews import letters
from transfers.previews.indented import indented

BYTES = 1_000_000
ROWS, COLUMNS, CELL = 500, 60, 400
SEPARATORS = ",\t;|"
HEX_BYTES = 512
# What is written out grows eightfold, and the page grows with it.
LETTERS = BYTES * 2
CUT = f"The first {LETTERS:,} letters are shown."
_WIDTH = 16


@dataclass(frozen=True)
class Preview:
    """kind: text, table, json, hex, empty, or none (sentence says why). stopped: the
    sentence of the limit that ended it; empty when all is shown."""

    kind: str
    encoding: str = ""
    text: str = ""
    rows: Sequence[Sequence[str]] = ()
    stopped: str = ""
    sentence: str = ""


def look(raw: bytes, name: str, size: int) -> Preview:
    """raw: the first BYTES of it at most, of `size` in all."""
    raw = raw[:BYTES]
    if not raw:
        return Preview("empty")
    is_cut = len(raw) < size
    text, encoding = letters.read(raw, is_cut)
    if letters.is_no_text(text):
        return _hex(raw, size)
    stopped = f"The first {len(raw):,} of {size:,} bytes are shown." if is_cut else ""
    found = _by_name(text, name, is_cut) or _letters("text", text)
    return replace(found, encoding=encoding, stopped=found.stopped or stopped)


def _by_name(text: str, name: str, is_cut: bool) -> Preview | None:
    """As its name, or its first letter, says; None for what is no such thing."""
    ending = name.lower().rpartition(".")[2]
    if ending in ("csv", "tsv"):
        return _table(text, is_cut)
    if ending == "json" or text.lstrip()[:1] in ("{", "["):
        return _json(text, is_cut)
    return None


def _table(text: str, is_cut: bool) -> Preview | None:
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = list(itertools.islice(lines, ROWS + 1))
    except csv.Error:
        return None
    shown = _shown(rows[:ROWS])
    more = len(rows) > len(shown) or is_cut
    wide = any(len(row) > COLUMNS for row in rows)
    stopped = f"The first {len(shown)} rows are shown." if more else ""
    stopped += f" Only {COLUMNS} columns are shown." if wide else ""
    return Preview("table", rows=shown, stopped=stopped.strip())


def _shown(rows: list[list[str]]) -> list[list[str]]:
    """As many as have LETTERS together."""
    shown, left = [], LETTERS
    for row in rows:
        cells = [_cell(cell) for cell in row[:COLUMNS]]
        left -= sum(map(len, cells))
        if left < 0:
            break
        shown.append(cells)
    return shown


def _cell(text: str) -> str:
    """As text, whatever a spreadsheet would make of it."""
    shown = letters.seen(text[: CELL + 1])
    return shown if len(shown) <= CELL else f"{shown[:CELL]}…"


def _json(text: str, is_cut: bool) -> Preview | None:
    if is_cut or (laid_out := indented(text, LETTERS)) is None:
        return None
    shown, was_cut = laid_out
    return _letters("json", shown, was_cut)


def _letters(kind: str, text: str, was_cut: bool = False) -> Preview:
    """Cut when all of it is as it will be shown."""
    shown = letters.seen(text[: LETTERS + 1])
    was_cut = was_cut or len(shown) > LETTERS
    return Preview(kind, text=shown[:LETTERS], stopped=CUT if was_cut else "")


def _hex(raw: bytes, size: int) -> Preview:
    shown = [raw[at : at + _WIDTH] for at in range(0, HEX_BYTES, _WIDTH)]
    lines = [
        f"{number * _WIDTH:08x}  {part.hex(' '):<47}  {_ascii(part)}"
        for number, part in enumerate(shown)
        if part
    ]
    stopped = f"The first {HEX_BYTES} of {size:,} bytes are shown."
    return Preview(
        "hex", text="\n".join(lines), stopped=stopped if size > HEX_BYTES else ""
    )


def _ascii(raw: bytes) -> str:
    return "".join(chr(one) if 0x20 <= one < 0x7F else "." for one in raw)

"""The container of an XLSX file: which part is the first sheet, and how large it is.

Read on the standard library. python-calamine makes a full grid of the first and the
last cell, so that a file of 1 kB ends the worker; openpyxl keeps all strings at once
and leaves document types to the parser.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, BinaryIO

from fini.batches.rows import BatchUnreadable
from fini.batches.xml_stream import listen

SMALL, STRINGS, SHEET = 1_000_000, 64_000_000, 256_000_000  # bytes unpacked
MOST_PARTS = 10_000
_ENTRY, _BLOCK = b"PK\x01\x02", 1 << 20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What zipfile answers with to a damaged container, KeyError for a missing part.
_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(KeyError, ValueError, OverflowError, RuntimeError),
)
_BROKEN = "a part of the workbook is missing or damaged"
_RELATIONS = "_rels/.rels"


def _entries(source: BinaryIO) -> int:
    """How many its directory may have. zipfile makes an object of each before anybody
    is asked: of the 600,000 that fit into a file, in ten seconds and 250 MB."""
    source.seek(0)
    number, tail = 0, b""
    while block := source.read(_BLOCK):
        number += (tail + block).count(_ENTRY)
        tail = block[1 - len(_ENTRY) :]
    return number


class Workbook:
    """Parts are opened with a limit; a zip cannot give more than it declares."""

    def __init__(self, source: BinaryIO) -> None:
        if _entries(source) > MOST_PARTS:
            raise BatchUnreadable(f"it has more than {MOST_PARTS:,} parts")
        try:
            self._zip = zipfile.ZipFile(source)
        except _FAULTS:
            raise BatchUnreadable("it is no sound XLSX file") from None
        main = self._target(_RELATIONS, "officeDocument")
        folder, name = posixpath.split(main)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        self.sheet = self._target(relations, "worksheet", self._first_sheet(main))
        self.strings = self._target(relations, "sharedStrings", optional=True)

    @contextmanager
    def part(self, name: str, limit: int) -> Iterator[IO[bytes]]:
        """Raises BatchUnreadable, also for what goes wrong while it is read."""
        try:
            entry = self._zip.getinfo(name)
            if entry.file_size > limit:
                raise BatchUnreadable(f"a part of it unpacks to over {limit:,} bytes")
            if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
                raise BatchUnreadable("it is encrypted, or packed in an odd way")
            with self._zip.open(entry) as opened:
                yield opened
        except BatchUnreadable:
            raise
        except _FAULTS:
            raise BatchUnreadable(_BROKEN) from None

    def _first_sheet(self, main: str) -> str:
        found = _Attributes("sheet")
        self._read(main, found)
        for attributes in found.all:
            for name, value in attributes.items():
                if name.rpartition(":")[2] == "id" and ":" in name:
                    return value
        raise BatchUnreadable("the workbook has no sheet")

    def _target(
        self, relations: str, kind: str, ident: str = "", *, optional: bool = False
    ) -> str:
        found = _Attributes("Relationship")
        self._read(relations, found)
        for attributes in found.all:
            right_kind = attributes.get("Type", "").endswith(f"/{kind}")
            if right_kind and ident in {"", attributes.get("Id", "")}:
                base = posixpath.dirname(posixpath.dirname(relations))
                joined = posixpath.join("/", base, attributes.get("Target", ""))
                return posixpath.normpath(joined).lstrip("/")
        if optional:
            return ""
        raise BatchUnreadable("the workbook does not say where its first sheet is")

    def _read(self, name: str, listener: "_Attributes") -> None:
        with self.part(name, SMALL) as opened:
            for _ in listen(opened, listener):
                pass


class _Attributes:
    """Collects the attributes of one kind of element."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.all: list[Mapping[str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == self._name:
            self.all.append(attributes)

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...

"""SFTP version 3's packets: built, and read with every length checked."""

import stat
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

LONGEST_PACKET = 256 * 1024
LONGEST_HANDLE = 256


Body = bytes | memoryview


class Kind(IntEnum):
    """The first byte of a packet."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    OPENDIR = 11
    READDIR = 12
    REALPATH = 16
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    EXTENDED = 200
    EXTENDED_REPLY = 201


class Malformed(Exception):
    """The server sent something that is not SFTP, or not what was asked for."""


READ_FLAG = 0x01
# WRITE, CREAT and TRUNC: HKEX allows neither rename nor resume (Guide A §4.3).
NEW_FILE_FLAGS = 0x02 | 0x08 | 0x10

OK = 0
EOF = 1
FAILURE = 4

_WORDS = {
    1: "end of file",
    2: "no such file",
    3: "permission denied",
    4: "failure",
    5: "bad message",
    6: "no connection",
    7: "connection lost",
    8: "operation not supported",
}


@dataclass(frozen=True, slots=True)
class Status:
    """How a request went; `said` is the server's own text and may be anything."""

    code: int
    said: str = ""

    @property
    def word(self) -> str:
        return _WORDS.get(self.code, f"status {self.code}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder; `size` in bytes, `modified_at` in UTC, None if untold."""

    name: str
    size: int | None
    modified_at: datetime | None
    is_folder: bool


class Fields:
    """Reads a packet's fields in turn; Malformed when they do not fit."""

    def __init__(self, body: Body) -> None:
        self._body = memoryview(body)
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._body) - self._at

    def raw(self, length: int) -> bytes:
        return bytes(self._next(length))

    def u32(self) -> int:
        return int.from_bytes(self.raw(4), "big")

    def u64(self) -> int:
        return int.from_bytes(self.raw(8), "big")

    def string(self) -> bytes:
        return self.raw(self.u32())

    def block(self) -> memoryview:
        """A string, not copied."""
        return self._next(self.u32())

    def _next(self, length: int) -> memoryview:
        if length > self.left:
            raise Malformed("a field is longer than its packet")
        self._at += length
        return self._body[self._at - length : self._at]


def text(value: bytes) -> bytes:
    """A string field: its length and its bytes."""
    return struct.pack(">I", len(value)) + value


def head(kind: int, number: int, size: int) -> bytes:
    """What a packet begins with: its length, its kind, and the id of the request (of
    INIT, the version); `size` bytes follow."""
    return struct.pack(">IBI", size + 5, kind, number)


def open_request(path: str, flags: int) -> bytes:
    """The body of OPEN, without attributes: the server's defaults are right."""
    return text(path.encode()) + struct.pack(">II", flags, 0)


def status_in(body: Body) -> Status:
    """Some servers send the code alone, as SFTP's drafts before 3 had it."""
    fields = Fields(body)
    code = fields.u32()
    said = fields.string() if fields.left else b""
    return Status(code, said[:256].decode("utf-8", "replace"))


def handle_in(body: Body) -> bytes:
    """The server's name for an open file: opaque, 1 to 256 bytes."""
    fields = Fields(body)
    handle = fields.string()
    if fields.left or not 0 < len(handle) <= LONGEST_HANDLE:
        raise Malformed("a file handle of an impossible length")
    return handle


def entries_in(body: Body) -> list[tuple[bytes, Entry]]:
    """The raw names of a NAME answer and their entries, which have no name yet."""
    fields = Fields(body)
    return [_entry(fields) for _ in range(fields.u32())]


def _entry(fields: Fields) -> tuple[bytes, Entry]:
    raw, longname = fields.string(), fields.string()
    flags = fields.u32()
    size = fields.u64() if flags & 0x1 else None
    if flags & 0x2:
        fields.raw(8)
    mode = fields.u32() if flags & 0x4 else None
    modified_at = None
    if flags & 0x8:
        fields.u32()
        modified_at = datetime.fromtimestamp(fields.u32(), UTC)
    for _ in range(fields.u32() if flags & 0x80000000 else 0):
        fields.string(), fields.string()
    folder = longname.startswith(b"d") if mode is None else stat.S_ISDIR(mode)
    return raw, Entry("", size, modified_at, folder)

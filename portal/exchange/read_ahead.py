"""Reading and hashing our own file beside the sending of it."""

import hashlib
import queue
import threading
from types import TracebackType
from typing import BinaryIO, Self

_BLOCKS_AHEAD = 8


class SourceFailed(Exception):
    """Our file cannot be read, or has another size than announced."""


class ReadAhead:
    """`source` in blocks of `block_bytes`, read and hashed in a thread of its own.

    hashlib releases the GIL, so that SHA-256 costs the sending next to nothing.
    """

    def __init__(self, source: BinaryIO, size: int, block_bytes: int) -> None:
        self._source = source
        self._size = size
        self._block_bytes = block_bytes
        self._hash = hashlib.sha256()
        self._blocks: queue.Queue[bytes | Exception] = queue.Queue(_BLOCKS_AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    @property
    def sha256(self) -> str:
        """Upper-case hex; that of the whole file once `next` has returned b""."""
        return self._hash.hexdigest().upper()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(1)

    def next(self, seconds: float) -> bytes:
        """The next block; b"" after the last, when the size has proved right.

        Raises SourceFailed, also when no block comes within `seconds`.
        """
        try:
            block = self._blocks.get(timeout=seconds)
        except queue.Empty:
            raise SourceFailed("it could not be read in time") from None
        if isinstance(block, Exception):
            raise block
        return block

    def _read(self) -> None:
        try:
            self._read_all()
        except SourceFailed as error:
            self._put(error)
        except Exception as error:  # noqa: BLE001  whatever it is, the sender must hear
            failure = SourceFailed("it could not be read")
            failure.__cause__ = error
            self._put(failure)

    def _read_all(self) -> None:
        left = self._size
        while left and not self._stop.is_set():
            block = self._read_block(min(left, self._block_bytes))
            self._hash.update(block)
            left -= len(block)
            self._put(block)
        if not self._stop.is_set() and self._source.read(1):
            raise SourceFailed(f"it is longer than {self._size} bytes")
        self._put(b"")

    def _read_block(self, wanted: int) -> bytes:
        block = self._source.read(wanted)
        while len(block) < wanted:
            more = self._source.read(wanted - len(block))
            if not more:
                raise SourceFailed(f"it is shorter than {self._size} bytes")
            block += more
        return block

    def _put(self, block: bytes | Exception) -> None:
        while not self._stop.is_set():
            try:
                self._blocks.put(block, timeout=0.1)
            except queue.Full:
                continue
            return

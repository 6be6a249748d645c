"""SHA-256 of bytes as they come; of many bytes in a thread beside the writing."""

import hashlib
import queue
import threading

_ALONE = 4 << 20  # a small file is hashed before a thread has begun
_BLOCKS_WAITING = 16

Block = bytes | memoryview


class Hashing:
    """Updated by one thread at a time; over with `digest` or `stop`.

    hashlib lets go of the interpreter, so that the thread costs the writer nothing.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._seen = 0
        self._waiting: queue.Queue[Block | None] = queue.Queue(_BLOCKS_WAITING)
        self._thread: threading.Thread | None = None

    def update(self, block: Block) -> None:
        """The next bytes, which nobody changes afterwards."""
        self._seen += len(block)
        if self._seen <= _ALONE:
            self._hash.update(block)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._waiting.put(block)

    def digest(self) -> str:
        """64 hex digits, lower case."""
        self.stop()
        return self._hash.hexdigest()

    def stop(self) -> None:
        """End the thread, after what waits for it."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (block := self._waiting.get()) is not None:
            self._hash.update(block)

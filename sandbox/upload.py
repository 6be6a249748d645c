"""One file on its way in: spooled and hashed off the loop, in constant memory."""

import asyncio
import hashlib
import uuid
from pathlib import Path

_PIECE = 1 << 20


class Upload:
    """Bytes in order only: ECP knows no resume (Guide A §4.3, inferred).

    `extent` is how far the client has written, `limit` how far it may.
    """

    def __init__(self, path: str, incoming: Path, limit: int) -> None:
        self.path = path
        self.spool = incoming / uuid.uuid4().hex
        self.limit = limit
        self.extent = 0
        self.writes = 0
        self.spoilt = False
        self.spoilt_counts = False
        self.size = 0
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._absorbing: asyncio.Future[None] | None = None
        self._file = self.spool.open("xb")

    @property
    def folder(self) -> str:
        """The submission sub-folder, without the box."""
        return self.path.split("/")[2]

    @property
    def name(self) -> str:
        """The file's name as uploaded."""
        return self.path.rpartition("/")[2]

    async def write(self, piece: bytes) -> None:
        """Take the next bytes; waits while a megabyte before them is being hashed."""
        self.size += len(piece)
        self._buffer += piece
        if len(self._buffer) >= _PIECE:
            await self._flush()

    async def finish(self) -> str:
        """All bytes hashed and in the spool; the SHA-256 in upper-case hex."""
        await self._flush()
        await self._settle()
        self._file.close()
        return self._digest.hexdigest().upper()

    async def abandon(self) -> None:
        """Forget the upload and its bytes."""
        await self._settle()
        self._file.close()
        self.spool.unlink(missing_ok=True)

    async def _flush(self) -> None:
        await self._settle()
        piece, self._buffer = self._buffer, bytearray()
        loop = asyncio.get_running_loop()
        self._absorbing = loop.run_in_executor(None, self._absorb, piece)

    async def _settle(self) -> None:
        if self._absorbing is not None:
            await self._absorbing

    def _absorb(self, piece: bytearray) -> None:
        self._digest.update(piece)
        self._file.write(piece)
        self._file.flush()

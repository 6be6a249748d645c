"""HTTP/1.1 over TLS for the gateway: kept-alive connections, bounded requests."""

import asyncio
import ssl
from pathlib import Path

from sandbox.gateway.service import Gateway
from sandbox.gateway.wire import Failed, Reply
from sandbox.layout import SandboxError
from sandbox.web import HEAD_AT_MOST, Refused, Request, read_request

BODY_AT_MOST = 8_000_000
IDLE_SECONDS = 60
CONNECTIONS_AT_MOST = 256
_PIECE = b"x" * 65_536
_HUGE_BEGINS = b'{"code":"0","message":"'
# The client's end of a connection, and ours: only `stop` cancels.
_ENDS = (
    *(ConnectionError, TimeoutError, asyncio.IncompleteReadError, ssl.SSLError),
    asyncio.CancelledError,
)


class Line:
    """Listens on 127.0.0.1 and hands requests to the gateway."""

    def __init__(self, gateway: Gateway, folder: Path) -> None:
        self._gateway = gateway
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(folder / "server.pem")
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def start(self, port: int) -> int:
        """Listen; the port that was taken. Raises SandboxError."""
        try:
            self._server = await asyncio.start_server(
                self._serve,
                "127.0.0.1",
                port,
                ssl=self._context,
                limit=HEAD_AT_MOST,
                ssl_handshake_timeout=10,
                ssl_shutdown_timeout=2,
            )
        except OSError as exc:
            raise SandboxError(
                f"Cannot listen on 127.0.0.1 port {port} for the gateway:"
                f" {exc.strerror}."
            ) from None
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def stop(self) -> None:
        """Drop every connection and listen no more."""
        if self._server is not None:
            self._server.close()
        tasks = [task for task in self._open.values() if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(self._open) >= CONNECTIONS_AT_MOST:
            writer.transport.abort()
            return
        self._open[writer] = asyncio.current_task()
        try:
            while await self._one(reader, writer):
                pass
        except _ENDS:
            writer.transport.abort()
        finally:
            del self._open[writer]
            writer.close()

    async def _one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Read a request and answer it; whether the connection stays."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                request = await read_request(reader, BODY_AT_MOST)
        except Refused as refused:
            failed = Failed(refused.status, sentence=str(refused), Connection="close")
            await _send(writer, failed.reply(self._gateway.now()))
            return False
        reply = await self._gateway.answer(request)
        if reply.ending == "whole":
            await _send(writer, reply)
            return _stays(request)
        await _send_badly(writer, reply)
        return False


def _stays(request: Request) -> bool:
    return request.headers.get("connection", "").lower() != "close"


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    writer.write(reply.head() + reply.body)
    await writer.drain()


async def _send_badly(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """Nothing, half of it, or far more than anybody expects."""
    if reply.ending == "half":
        whole = reply.head() + reply.body
        writer.write(whole[: len(reply.head()) + len(reply.body) // 2])
        await writer.drain()
    if reply.ending == "huge":
        await _flood(writer, reply)
        return
    # Not at once: what was written is to reach the client before the line breaks.
    await asyncio.sleep(0.05 if reply.ending == "half" else 0)
    writer.transport.abort()


async def _flood(writer: asyncio.StreamWriter, reply: Reply) -> None:
    writer.write(reply.head() + _HUGE_BEGINS[: reply.size])
    left = reply.size - len(_HUGE_BEGINS)
    while left > 0:
        writer.write(_PIECE[:left])
        await writer.drain()
        left -= len(_PIECE)

"""A line to the gateway, cut after so many bytes of what is asked."""

import contextlib
import socket

from tests.sandbox.cut_line import CutLine


class CutRequest(CutLine):
    """Also the other direction: `asked_after` bytes of requests, over all connections
    since `begin` was called (None: never); then no connection carries a byte."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__(address, port)
        self.asked_after: int | None = None
        self.asked = 0

    def begin(self, *, asked_after: int | None = None) -> None:
        self.asked, self.asked_after = 0, asked_after

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := near.recv(65_536):
                allowed = block[: self._may_ask()]
                self.asked += len(allowed)
                far.sendall(allowed)
                if len(allowed) < len(block):
                    break
        for end in (near, far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _may_ask(self) -> int | None:
        return None if self.asked_after is None else self.asked_after - self.asked

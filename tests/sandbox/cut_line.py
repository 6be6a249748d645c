"""A line to a host that is cut after so many bytes of its answers, wherever that is."""

import contextlib
import socket
import threading


class CutLine:
    """A context manager; `port` leads to the host's for as long as it runs, and each
    connection ends once `after` bytes have come from there (None: never)."""

    def __init__(self, address: str, port: int) -> None:
        self.after: int | None = None
        self.carried = 0  # bytes of the answers of the last connection
        self._to = address, port
        self._listening = socket.create_server((address, 0))
        self.port = int(self._listening.getsockname()[1])

    def __enter__(self) -> "CutLine":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._to)
                self.carried = 0
                for work in (self._ask, self._answer):
                    threading.Thread(target=work, args=(near, far), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := near.recv(65_536):
                far.sendall(block)
        _end(near, far)

    def _answer(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := far.recv(self._next()):
                near.sendall(block)
                self.carried += len(block)
        _end(near, far)

    def _next(self) -> int:
        """How many bytes may come; none is the end."""
        left = 65_536 if self.after is None else self.after - self.carried
        return min(left, 65_536)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

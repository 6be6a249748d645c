"""A far network on loopback: a proxy that delivers every byte some time later."""

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 256 * 1024
_MOST_ON_ITS_WAY = 64 * 1024 * 1024


@contextmanager
def away(port: int, round_trip: float) -> Iterator[int]:
    """A port that leads to `port`, `round_trip` seconds there and back."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(
            target=_accept, args=(listening, port, round_trip / 2), daemon=True
        )
        accepting.start()
        yield listening.getsockname()[1]
        # Closing alone would not wake the thread.
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listening: socket.socket, port: int, delay: float) -> None:
    while True:
        try:
            near, _ = listening.accept()
        except OSError:
            return
        carrying = threading.Thread(
            target=_carry, args=(near, port, delay), daemon=True
        )
        carrying.start()


def _carry(near: socket.socket, port: int, delay: float) -> None:
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lanes = Lane(near, far, delay), Lane(far, near, delay)
        for lane in lanes:
            lane.join()


class Lane:
    """One direction: two threads, and what is on its way between them."""

    def __init__(
        self, source: socket.socket, target: socket.socket, delay: float
    ) -> None:
        self._source, self._target, self._delay = source, target, delay
        self._changed = threading.Condition()
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._bytes = 0
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._take, self._deliver)
        ]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _take(self) -> None:
        piece = b"first"
        while piece:
            try:
                piece = self._source.recv(_PIECE)
            except OSError:
                piece = b""
            with self._changed:
                self._under_way.append((time.monotonic() + self._delay, piece))
                self._bytes += len(piece)
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._bytes < _MOST_ON_ITS_WAY)

    def _deliver(self) -> None:
        piece = b"first"
        while piece:
            with self._changed:
                self._changed.wait_for(lambda: self._under_way)
                due, piece = self._under_way.popleft()
                self._bytes -= len(piece)
                self._changed.notify_all()
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                if piece:
                    self._target.sendall(piece)
                else:
                    self._target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":  # in a process of its own, so as not to share our time
    import sys

    with away(int(sys.argv[1]), float(sys.argv[2])) as there:
        print(there, flush=True)
        sys.stdin.read()

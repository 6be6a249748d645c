"""The WRITEs of an upload that are under way: each must be answered with success."""

import threading
import time

from .packets import OK, Body, Kind, Malformed, Status, status_in
from .transport import Late


class WriteRefused(Exception):
    """The server answered a WRITE, or the CLOSE, with another status than success."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.word)
        self.status = status


class WriteWindow:
    """Counts what is sent and what is acknowledged, and watches for a stall."""

    def __init__(self, stall_seconds: float) -> None:
        self._changed = threading.Condition()
        self._in_flight: dict[int, int] = {}
        self._stall_seconds = stall_seconds
        self._progress_at = time.monotonic()
        self._failure: Exception | None = None
        self._wake_below = 0
        self.bytes_sent = 0
        self.bytes_acknowledged = 0

    def give_up_at(self) -> float:
        """When, on the monotonic clock, this is a stall unless an answer comes."""
        return self._progress_at + self._stall_seconds

    def sending(self, request_id: int, size: int) -> None:
        """A WRITE of `size` bytes is about to go."""
        with self._changed:
            if not self._in_flight:
                self._progress_at = time.monotonic()
            self._in_flight[request_id] = size
            self.bytes_sent += size

    def answered(self, request_id: int, kind: int, body: Body) -> None:
        """In the transport's thread."""
        if kind != Kind.STATUS:
            raise Malformed("it answered a WRITE with something else than a status")
        status = status_in(body)
        with self._changed:
            size = self._in_flight.pop(request_id)
            if status.code == OK:
                self.bytes_acknowledged += size
                self._progress_at = time.monotonic()
            else:
                self._failure = self._failure or WriteRefused(status)
            if self._failure or len(self._in_flight) < self._wake_below:
                self._changed.notify_all()

    def ended(self, why: Exception) -> None:
        """In the transport's thread."""
        with self._changed:
            self._failure = self._failure or why
            self._changed.notify_all()

    def check(self) -> None:
        """Raises WriteRefused, what ended the connection, or Late for a stall."""
        if self._failure is not None:
            raise self._failure
        if self._in_flight and time.monotonic() > self.give_up_at():
            raise Late("no WRITE was answered")

    def has_room(self, most: int, seconds: float) -> bool:
        """Whether fewer than `most` WRITEs are unanswered, after up to `seconds`.

        Raises as `check`. The waiting ends when half have been answered, not at the
        first: a wake-up for each answer costs more than the sending.
        """
        with self._changed:
            self.check()
            if len(self._in_flight) < most:
                return True
            self._wake_below = (most + 1) // 2
            self._changed.wait(seconds)
            self._wake_below = 0
            self.check()
            return len(self._in_flight) < most

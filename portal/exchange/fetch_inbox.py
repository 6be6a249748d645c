"""Answers on their way from the transport's thread to that of the fetching."""

import threading
import time
from collections import deque

from .packets import Body
from .transport import Late

Arrived = tuple[int, int, Body]
# Answers that are worth a turn of the fetching's thread: one for each costs more than
# what is done with it. Short ones open and end files, and wait for nothing.
_A_TURN = 6
_SHORT = 128 * 1024


class Inbox:
    """Takes what comes, and watches for a stall.

    Unbounded by itself: each request has one answer, and who asks limits those.
    """

    def __init__(self, stall_seconds: float) -> None:
        self._stall_seconds = stall_seconds
        self._changed = threading.Condition()
        self._arrived: deque[Arrived] = deque()
        self._why_ended: Exception | None = None
        self._alive_at = time.monotonic()
        self._woken = False
        self._enough = 1

    def answered(self, request_id: int, kind: int, body: Body) -> None:
        """In the transport's thread."""
        with self._changed:
            self._arrived.append((request_id, kind, body))
            self._woken = self._woken or len(body) < _SHORT
            if self._woken or len(self._arrived) >= self._enough:
                self._changed.notify()

    def ended(self, why: Exception) -> None:
        """In the transport's thread, or in that of a caller who drops the line."""
        with self._changed:
            self._why_ended = self._why_ended or why
            self._changed.notify()

    def wake(self) -> None:
        """There is something to do that is no answer; from any thread."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def sign_of_life(self) -> None:
        """Something came that is worth to wait on for more."""
        self._alive_at = time.monotonic()

    def give_up_at(self) -> float:
        """When, on the monotonic clock, this is a stall unless something comes."""
        return self._alive_at + self._stall_seconds

    def take(self, until: float, awaited: int) -> list[Arrived]:
        """All that has come; waits up to `until` for a few of the `awaited` answers, or
        for `wake`.

        Raises what ended the connection, after the last answer was taken.
        """
        with self._changed:
            self._enough = max(1, min(_A_TURN, awaited))
            is_enough = self._woken or len(self._arrived) >= self._enough
            if not (is_enough or self._why_ended):
                self._changed.wait(max(0.0, until - time.monotonic()))
            self._woken = False
            if self._why_ended and not self._arrived:
                raise self._why_ended
            arrived = list(self._arrived)
            self._arrived.clear()
            return arrived

    def check_stall(self) -> None:
        """Raises Late when what was asked has not been answered for too long."""
        if time.monotonic() > self.give_up_at():
            raise Late(f"nothing came for {self._stall_seconds:g} s")

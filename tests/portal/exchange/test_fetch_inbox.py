"""Answers are taken a few at a time, and none is waited for that does not come."""

import threading
import time

import pytest

from portal.exchange.fetch_inbox import _A_TURN, _SHORT, Inbox
from portal.exchange.packets import Kind

LONG, SHORT = bytes(_SHORT), b"\0\0\0\0"
SOON, LATE = 0.05, 20.0


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(stall_seconds=60)


def come(inbox: Inbox, *bodies: bytes) -> None:
    for number, body in enumerate(bodies):
        inbox.answered(number, Kind.DATA, body)


def taken(inbox: Inbox, awaited: int, seconds: float = LATE) -> int:
    """How many; never by waiting for the limit, unless that is soon."""
    began = time.monotonic()
    found = len(inbox.take(began + seconds, awaited))
    assert time.monotonic() - began < LATE / 2
    return found


def test_a_turns_worth_of_long_answers_is_taken_at_once(inbox: Inbox) -> None:
    come(inbox, *[LONG] * _A_TURN)
    assert taken(inbox, 30) == _A_TURN


def test_fewer_long_ones_wait_for_others_up_to_the_limit(inbox: Inbox) -> None:
    come(inbox, *[LONG] * (_A_TURN - 1))
    began = time.monotonic()
    assert taken(inbox, 30, SOON) == _A_TURN - 1
    assert time.monotonic() - began >= SOON


def test_the_last_ones_wait_for_none_that_nobody_asked_for(inbox: Inbox) -> None:
    come(inbox, LONG, LONG)
    assert taken(inbox, 2) == 2


def test_a_short_one_is_taken_at_once_with_what_waits(inbox: Inbox) -> None:
    come(inbox, LONG, SHORT)
    assert taken(inbox, 30) == 2
    come(inbox, LONG)
    assert taken(inbox, 30, SOON) == 1, "the short one before hastens nothing more"


@pytest.mark.parametrize(
    ("bodies", "awaited"), [([SHORT], 30), ([LONG] * _A_TURN, 30), ([LONG], 1)]
)
def test_who_waits_is_woken_by_what_is_enough(
    inbox: Inbox, bodies: list[bytes], awaited: int
) -> None:
    later = threading.Timer(SOON, come, [inbox, *bodies])
    later.start()
    assert taken(inbox, awaited) == len(bodies)
    later.join()


def test_the_end_is_told_after_the_last_answer(inbox: Inbox) -> None:
    come(inbox, LONG)
    inbox.ended(EOFError())
    assert taken(inbox, 30) == 1
    with pytest.raises(EOFError):
        taken(inbox, 29)


def test_who_is_told_to_wake_takes_nothing(inbox: Inbox) -> None:
    inbox.wake()
    assert taken(inbox, 30) == 0

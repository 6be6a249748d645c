"""One piece is made while the one before is in hand, and no more than one."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from portal.ahead import one_ahead


def test_everything_comes_in_order() -> None:
    assert list(one_ahead(iter(range(1_000)))) == list(range(1_000))
    assert list(one_ahead(iter([None, None]))) == [None, None]
    assert list(one_ahead(iter([]))) == []


def test_the_next_is_made_while_this_one_is_in_hand() -> None:
    made = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    with closing(one_ahead(source())) as pieces:
        assert next(pieces) == 1
        assert made.wait(10)


def test_no_more_than_one_waits() -> None:
    made: list[int] = []
    pieces = one_ahead(made.append(n) or n for n in range(9))  # type: ignore[func-returns-value]
    assert next(pieces) == 0
    pieces.close()
    assert made == [0, 1]


def test_what_it_raises_comes_after_what_it_gave() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    pieces = one_ahead(source())
    assert next(pieces) == 1
    with pytest.raises(ZeroDivisionError):
        next(pieces)


def test_closed_it_leaves_no_thread() -> None:
    before = threading.active_count()
    pieces = one_ahead(iter(range(9)))
    next(pieces)
    assert threading.active_count() == before + 1
    pieces.close()
    assert threading.active_count() == before

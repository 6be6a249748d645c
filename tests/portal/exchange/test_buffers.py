"""Memory is used again, and never under anybody's eyes."""

from portal.exchange import buffers
from portal.exchange.buffers import Buffers

LONG = 200_000


def test_what_nobody_looks_at_is_used_again() -> None:
    memory = Buffers()
    first = memory.take(LONG)
    first[0] = 7
    del first
    assert memory.take(LONG)[0] == 7


def test_what_somebody_still_looks_at_is_left_alone() -> None:
    memory = Buffers()
    taken = [memory.take(LONG) for _ in range(10)]
    parts = [view[5:9].toreadonly() for view in taken]
    for number, view in enumerate(taken):
        view[:] = bytes([number]) * LONG
    del taken, view
    for _ in range(100):
        memory.take(LONG)[:] = b"x" * LONG
    assert [bytes(part) for part in parts] == [bytes([n]) * 4 for n in range(10)]


def test_a_slow_reader_makes_it_keep_no_more_than_a_bound() -> None:
    memory = Buffers()
    taken = [memory.take(LONG) for _ in range(buffers._MOST + 10)]
    assert len({id(view.obj) for view in taken}) == buffers._MOST + 10
    assert len(memory._kept) == buffers._MOST


def test_what_is_short_or_too_long_is_made_anew() -> None:
    memory = Buffers()
    assert len(memory.take(10)) == 10
    assert len(memory.take(1_000_000)) == 1_000_000
    assert len(memory.take(0)) == 0
    assert not memory._kept


def test_what_waits_for_a_slow_disk_takes_twice_its_length_at_most() -> None:
    memory = Buffers()
    for length in (16 * 1024, 32 * 1024, 100_000, 140_000, LONG):
        taken = memory.take(length)
        assert len(taken) == length
        assert memoryview(taken.obj).nbytes <= 2 * length

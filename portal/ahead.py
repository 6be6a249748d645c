"""The next piece of work is made ready while the one before is still in hand."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(source: Iterator[T]) -> Generator[T, None, None]:
    """What `source` gives, each made in a thread of its own while its user has the one
    before; raises what it raises. `source` touches no database: the thread would have
    a connection of its own. Close it, or use it up: until then the thread is there."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(next, source, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, source, end)
            yield item  # type: ignore[misc]

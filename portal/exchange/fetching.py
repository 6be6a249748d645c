"""Fetching many files on one session: each whole, or a clear reason why not."""

import queue
import time
from collections.abc import Callable, Generator
from contextlib import suppress

from .fetch_driver import Driver, Stopped
from .fetch_types import AnySink, Fetched, NotFetched, Wanted
from .hosts import Host
from .sinks import Sink, drop
from .translate import translated

__all__ = ["AnySink", "Fetched", "NotFetched", "Sink", "Wanted", "results_of"]

_LOOK_EVERY = 0.1

GiveUp = Callable[[], bool]
Progress = Callable[[Wanted, int], None]


def results_of(
    driver: Driver[AnySink],
    host: Host,
    give_up: GiveUp | None = None,
    progress: Progress | None = None,
) -> Generator[Fetched[AnySink] | NotFetched, None, None]:
    """See `Session.fetch`. Closing the iterator stops it, and drops what is untaken."""
    telling = _Telling(progress)
    driver.start()
    try:
        while (result := _next(driver, give_up, telling)) is not None:
            if progress is not None and isinstance(result, Fetched):
                _tell_whole(result, progress)
            yield result
        if driver.why_ended and not isinstance(driver.why_ended, Stopped):
            with translated(host):
                raise driver.why_ended
    finally:
        _end(driver)


def _next(
    driver: Driver[AnySink], give_up: GiveUp | None, telling: "_Telling"
) -> Fetched[AnySink] | NotFetched | None:
    while True:
        if give_up is not None and give_up():
            driver.stop()
        telling.tell(driver.written())
        try:
            result = driver.results.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            continue
        driver.taken()
        return result


def _tell_whole(result: Fetched[AnySink], progress: Progress) -> None:
    """Nobody else has it yet: it is dropped when telling raises."""
    try:
        progress(result.wanted, result.wanted.size)
    except BaseException:
        drop(result.sink)
        raise


def _end(driver: Driver[AnySink]) -> None:
    driver.stop()
    driver.join()
    with suppress(queue.Empty):
        while True:
            if isinstance(result := driver.results.get_nowait(), Fetched):
                drop(result.sink)


class _Telling:
    """Tells what has been written, ten times a second at most."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._told: dict[Wanted, int] = {}
        self._told_at = time.monotonic()

    def tell(self, written: list[tuple[Wanted, int]]) -> None:
        now = time.monotonic()
        if self._progress is None or now - self._told_at < _LOOK_EVERY:
            return
        self._told_at = now
        changed = [(file, n) for file, n in written if self._told.get(file) != n]
        self._told = dict(written)
        for file, n in changed:
            if n < file.size:
                self._progress(file, n)

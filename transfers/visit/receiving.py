"""One batch of files: asked for at once, streamed into our store, each for itself."""

import logging
import time
from collections.abc import Callable, Iterable

from portal import clock, fanout, files
from portal.exchange.errors import ExchangeError, SinkFailed
from portal.exchange.fetching import Fetched, NotFetched, Wanted
from portal.exchange.session import Session
from portal.tradingdays.calendar import Calendar
from transfers.distribution.folders import join
from transfers.models import RetrievedFile
from transfers.services import defects, fetches
from transfers.visit.lease import Held

logger = logging.getLogger(__name__)
TELL_EVERY = 0.25  # seconds
LOST = "The line ended while it was fetched. It is tried again by itself."


class StoreFailed(Exception):
    """Our own store takes nothing more; `sentence` says why."""

    def __init__(self, why: BaseException | None) -> None:
        said = getattr(why, "strerror", None) or "The portal’s file store fails."
        super().__init__(said)
        self.sentence = str(said)


def receive(
    lease: Held,
    session: Session,
    rows: Iterable[RetrievedFile],
    calendar: Calendar,
    give_up: Callable[[], bool],
) -> None:
    """Claim them, fetch them, and write down what came of each. Those that did not
    come, because of `give_up` or the end of the line, are there to be fetched again.
    Raises SessionLost, LeaseLost, StoreFailed."""
    claimed = fetches.claim(lease, [row.pk for row in rows])
    by_path = {join(row.folder, row.name): row for row in claimed}
    wanted = [Wanted(path, row.size) for path, row in by_path.items()]
    try:
        for result in session.fetch(
            wanted,
            lambda one: files.receive(by_path[one.path].participant_id),
            give_up=give_up,
            progress=Progress(by_path),
        ):
            _note_alone(lease, by_path[result.wanted.path], result, calendar)
    except ExchangeError:
        fetches.release(lease, blamed=True, why=LOST)
        raise
    except StoreFailed:
        fetches.release(lease, blamed=False)
        raise
    fetches.release(lease, blamed=False)


def _note_alone(
    lease: Held,
    row: RetrievedFile,
    result: Fetched[files.Receiving] | NotFetched,
    calendar: Calendar,
) -> None:
    try:
        _note(lease, row, result, calendar)
    except (StoreFailed, *defects.NOT_ITS_OWN):
        raise
    except Exception as error:  # noqa: BLE001  it waits, and its neighbours come
        defects.unrecorded(lease, row, error, clock.now())


def _note(
    lease: Held,
    row: RetrievedFile,
    result: Fetched[files.Receiving] | NotFetched,
    calendar: Calendar,
) -> None:
    if isinstance(result, NotFetched):
        _not_fetched(lease, row, result.error, calendar)
        return
    try:
        stored = result.sink.keep()
    except OSError as error:
        raise StoreFailed(error) from error
    fetches.came(lease, row, stored)


def _not_fetched(
    lease: Held, row: RetrievedFile, error: ExchangeError, calendar: Calendar
) -> None:
    if isinstance(error, SinkFailed):
        raise StoreFailed(error.__cause__) from error
    logger.warning("%s: %s", row.name, error.sentence)
    fetches.failed(lease, row, error.sentence, clock.now(), calendar)


class Progress:
    """Called often; four times a second it reaches open pages."""

    def __init__(self, by_path: dict[str, RetrievedFile]) -> None:
        self._by_path = by_path
        self._told_at: dict[str, float] = {}

    def __call__(self, wanted: Wanted, received: int) -> None:
        now = time.monotonic()
        if now - self._told_at.get(wanted.path, 0.0) < TELL_EVERY:
            return
        self._told_at[wanted.path] = now
        row = self._by_path[wanted.path]
        fanout.progress(
            row.participant_id,
            f"file:{row.pk}",
            {"sent": received, "size": wanted.size},
        )

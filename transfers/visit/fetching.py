"""A round of fetching: every folder listed, what is new fetched, batch by batch.

Submissions come first. A batch is small, and between two of them the visit looks for
results and sends what is queued; when something is queued in the middle of a batch,
the batch is given up within half a second, and fetched again after the submission.
"""

import time
from collections import deque

from keys import service_hours
from keys.models import Platform, SftpAccount
from portal import clock
from portal.exchange.errors import Refused, TooLarge
from portal.exchange.session import Entry, Session
from portal.stopping import is_stopping
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar_at
from transfers.models import RetrievedFile
from transfers.selectors import due, fetching, retrieved
from transfers.services import arrivals, fetches, rounds
from transfers.services.arrivals import Listing
from transfers.visit.folders import walk
from transfers.visit.lease import Held
from transfers.visit.receiving import StoreFailed, receive
from transfers.visit.schedule import STAY_FOR

BATCH_FILES, BATCH_BYTES = 64, 32_000_000
# While an answer to a submission is near, nothing is begun that takes longer.
SMALL = 4_000_000
ONE_BY_ONE = 2  # tries after which a file is fetched alone: it may be what ends lines
FOLDERS = "The box"  # as an alert names what has the folders
LARGEST = 2**40  # bytes of a file that can be meant
LOOK_EVERY = 0.5  # seconds between looks for a queued submission


class Round:
    """Of one visit; `step` does one thing that is due."""

    def __init__(self, lease: Held, session: Session, account: SftpAccount) -> None:
        self._lease = lease
        self._session = session
        self._account = account
        self._platform = account.facility.platform
        self._began = clock.now()
        self._calendar = Calendar()
        self._folders: deque[str] | None = None  # None: no round is under way
        self._todo: list[RetrievedFile] | None = None  # None: to be listed first
        self._tried: set[tuple[str, str]] = set()  # each name once a round
        self._amiss: list[str] = []
        self._shown = 0
        self._is_over = False

    def step(self) -> bool:
        """False when there is nothing to do now. Raises SessionLost, LeaseLost."""
        if self._is_over:
            return False
        if self._folders is None:
            return self._begin()
        if not self._folders:
            self._end()
        elif self._todo is None:
            self._look(self._folders[0])
        elif batch := self._batch(self._todo):
            self._receive(batch)
        elif self._todo:
            return False  # large ones, and an answer is near
        else:
            self._folders.popleft()
            self._todo = None
        return True

    def _begin(self) -> bool:
        now = clock.now()
        if not fetching.is_due(self._account, now):
            return False
        self._began, self._calendar = now, calendar_at(now)
        self._tried, self._amiss = set(), []
        astray: list[str] = []
        found = walk(self._session, self._account, astray.append)
        rounds.left_out(self._lease, self._account, FOLDERS, astray)
        self._folders = deque(found)
        return True

    def _end(self) -> None:
        said, now = " ".join(self._amiss[:3]), clock.now()
        rounds.finished(self._lease, self._account, self._began, now, said)
        self._folders = None

    def _look(self, folder: str) -> None:
        """List it, write down what is new, keep what came and still looks the same."""
        self._todo, now = [], clock.now()
        if not service_hours.is_open(self._platform, folder, now, self._calendar):
            return
        garbled: list[str] = []
        try:
            entries = self._session.listdir(folder, garbled.append)
        except (Refused, TooLarge) as error:
            self._amiss.append(f"{folder} could not be listed. {error.sentence}")
            return
        sizeless = [e.name for e in entries if not e.is_folder and not _has_size(e)]
        garbled += [f"{name} (no size)" for name in sizeless]
        listing = Listing(
            self._account,
            folder,
            tuple(e for e in entries if not e.is_folder and _has_size(e)),
            self._calendar,
            clock.now(),
            others=frozenset(sizeless),
        )
        self._shown = len(entries)
        garbled += arrivals.note(self._lease, listing)
        rounds.left_out(self._lease, self._account, folder, garbled)
        self._sort(listing)

    def _sort(self, listing: Listing) -> None:
        """What came whole before is kept now; what has not come is to be fetched."""
        shown = [arrivals.version(entry) for entry in listing.entries]
        rows = retrieved.to_fetch(self._account, listing.folder, shown, listing.at)
        whole = [row for row in rows if row.stored_key]
        fetches.keep_all(self._lease, whole, listing.at)
        self._todo = [
            row
            for row in rows
            if not row.stored_key and (row.folder, row.name) not in self._tried
        ]

    def _batch(self, todo: list[RetrievedFile]) -> list[RetrievedFile]:
        """As many as are fetched at one go; of a long folder more, since each batch
        is followed by a listing."""
        near = self._answer_is_near()
        most_files = max(BATCH_FILES, self._shown // 10)
        batch: list[RetrievedFile] = []
        left = SMALL if near else BATCH_BYTES
        for row in todo:
            if near and row.size > SMALL:
                continue
            alone = row.tries >= ONE_BY_ONE or row.size > left
            if batch and (alone or len(batch) >= most_files):
                break
            batch.append(row)
            left -= row.size
            if alone:
                break
        return batch

    def _receive(self, batch: list[RetrievedFile]) -> None:
        self._todo = None  # the folder is listed again afterwards
        gives_way = GivesWay(self._lease, self._account, sum(row.size for row in batch))
        try:
            receive(self._lease, self._session, batch, self._calendar, gives_way)
        except StoreFailed as error:
            now = clock.now()
            rounds.store_failed(self._lease, self._account, error.sentence, now)
            self._is_over = True
        if not gives_way.has_given:
            self._tried |= {(row.folder, row.name) for row in batch}

    def _answer_is_near(self) -> bool:
        at = due.next_answer_at(self._account.pk)
        return at is not None and at - clock.real_now() <= STAY_FOR


def _has_size(entry: Entry) -> bool:
    """One that can be true: it is compared with what comes."""
    return entry.size is not None and entry.size <= LARGEST


class GivesWay:
    """Whether a batch of so many bytes is to end at once: a submission is queued, the
    worker is told to stop, or the lease is lost."""

    def __init__(self, lease: Held, account: SftpAccount, size: int) -> None:
        self._lease = lease
        self._account = account
        self._is_long = size > SMALL
        self._asked_at = time.monotonic()
        self.has_given = False

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self.has_given and now - self._asked_at >= LOOK_EVERY:
            self._asked_at = now
            self.has_given = self._must()
        return self.has_given

    def _must(self) -> bool:
        if self._lease.lost.is_set() or (self._is_long and is_stopping()):
            return True
        if self._account.facility.platform != Platform.ECP:
            return False  # nothing is submitted there
        return due.next_queued(self._account.pk, clock.now()) is not None

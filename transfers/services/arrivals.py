"""What a listing of a download folder makes of our rows: new, changed, gone."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError

from keys.models import SftpAccount
from portal import fanout
from portal.activity import transaction
from portal.exchange.packets import Entry
from portal.people.models import Identity
from portal.tradingdays.calendar import Calendar
from transfers.distribution import names, times
from transfers.models import NO_TIME, RetrievedFile, RetrievedStatus
from transfers.selectors import retrieved
from transfers.services import defects, losses, manners
from transfers.visit.lease import Held

AT_A_TIME = 500  # rows a transaction
LATEST = dt.datetime(2107, 1, 1, tzinfo=dt.UTC)
TOPIC = "files"
CHANGED = "It changed at HKEX before it was kept. The new version is fetched."
S = RetrievedStatus


@dataclass(frozen=True)
class Listing:
    """A whole listing of one folder, its files only, as this account sees it.

    `others`: names that are listed too, but in a way in which nothing can be fetched.
    """

    account: SftpAccount
    folder: str
    entries: tuple[Entry, ...]
    calendar: Calendar
    at: dt.datetime
    others: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", tuple(map(_sound, self.entries)))

    @property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries} | self.others


def note(lease: Held, listing: Listing) -> list[str]:
    """Write down what is new, what changed and what is gone. Two or three reads,
    however long the listing; nothing is written when nothing is new. Answers the names
    that a defect kept from being written down."""
    unnoted: list[str] = []
    versions = retrieved.versions(listing.account, listing.folder, listing.entries)
    unkept = retrieved.unkept(listing.account, listing.folder)
    known = {one.version for one in versions}
    news = [entry for entry in listing.entries if version(entry) not in known]
    open_by_name = {row.name: row for row in unkept}
    moved = [entry for entry in news if entry.name in open_by_name]
    added = [entry for entry in news if entry.name not in open_by_name]
    back = [one for one in versions if one.status == S.VANISHED]
    made = _rows(listing, added, unnoted)
    _add(lease, made, unnoted)
    for entry in moved:
        with defects.contained(entry.name, unnoted):
            _move(lease, listing, open_by_name[entry.name], entry)
    for one in back:
        with defects.contained(one.name, unnoted):
            losses.found_again(lease, listing.account, one.pk)
    shown = listing.names
    gone = [row for row in unkept if row.name not in shown and _ours(row, listing)]
    is_mailed = False  # one mail of all: an empty listing is no storm
    for row in gone:
        with defects.contained(row.name, unnoted):
            more = None if is_mailed else len(gone) - 1
            lost = losses.vanished(lease, listing.account, row, listing.at, more)
            is_mailed = is_mailed or lost
    if made or moved or back or gone:
        fanout.tell(listing.account.participant_id, None, [TOPIC])
    return unnoted


def version(entry: Entry) -> tuple[str, int, dt.datetime]:
    """What makes a file this one and not another: name, size and time."""
    return entry.name, entry.size or 0, entry.modified_at or NO_TIME


def _sound(entry: Entry) -> Entry:
    """A time that SFTP cannot even tell (its seconds end in 2106) is none."""
    at = entry.modified_at
    return (
        entry
        if at is None or NO_TIME <= at < LATEST
        else replace(entry, modified_at=None)
    )


def _ours(row: RetrievedFile, listing: Listing) -> bool:
    """Another account may see what this one does not (Guide A §4.3)."""
    return row.status == S.SEEN and row.account_id == listing.account.pk


def _add(lease: Held, rows: list[RetrievedFile], unnoted: list[str]) -> None:
    """One whose values the database does not take hurts no other."""
    for first in range(0, len(rows), AT_A_TIME):
        few = rows[first : first + AT_A_TIME]
        try:
            _create(lease, few)
        except defects.NOT_ITS_OWN:
            raise
        except Exception:  # noqa: BLE001  whichever it is, it is told of alone
            for row in few:
                with defects.contained(row.name, unnoted):
                    _create(lease, [row])


def _create(lease: Held, rows: list[RetrievedFile]) -> None:
    """Another account of the participant may have been faster; or writes them just now,
    in this order too."""
    by_name = sorted(rows, key=lambda row: (row.name, row.size, row.modified_at))
    with transaction.atomic():
        lease.hold()
        RetrievedFile.objects.bulk_create(by_name, ignore_conflicts=True)


def _move(lease: Held, listing: Listing, row: RetrievedFile, entry: Entry) -> None:
    """Not kept yet: the row goes with what HKEX has now. Not while another account is
    fetching it."""
    new = _new(listing, entry)
    fields = (
        *("size", "modified_at", "day", "removed_at", "warn_at", "fetch_after"),
        "sentence",
    )
    with transaction.atomic():
        lease.hold()
        try:
            with transaction.atomic():
                RetrievedFile.objects.filter(pk=row.pk, status=S.SEEN).update(
                    stored_key="",
                    sha256="",
                    **{name: getattr(new, name) for name in fields},
                )
        except IntegrityError:  # another account has written the new version down
            RetrievedFile.objects.filter(pk=row.pk, status=S.SEEN).delete()


def _rows(
    listing: Listing, entries: list[Entry], unnoted: list[str]
) -> list[RetrievedFile]:
    if not entries:
        return []
    identities = retrieved.identities(listing.account)
    later = manners.fetched_today(listing, entries)
    rows = []
    for entry in entries:
        with defects.contained(entry.name, unnoted):
            rows.append(_row(listing, entry, identities, later))
    return rows


def _new(listing: Listing, entry: Entry) -> RetrievedFile:
    identities = retrieved.identities(listing.account)
    later = manners.fetched_today(listing, [entry])
    return _row(listing, entry, identities, later)


def _row(
    listing: Listing,
    entry: Entry,
    identities: Iterable[Identity],
    later: "manners.FetchedToday",
) -> RetrievedFile:
    account, folder, now = listing.account, listing.folder, listing.at
    platform = account.facility.platform
    told = names.told_by(platform, entry.name, settings.INTRADAY_REPORTS)
    made = times.made_at(entry.modified_at, now)
    removed = times.removed_at(platform, folder, entry.name, made)
    fetch_after = later.fetch_after(entry.name, is_intraday=told.is_intraday)
    return RetrievedFile(
        id=uuid.uuid4(),
        participant=account.participant,
        facility=account.facility,
        account=account,
        platform=platform,
        folder=folder,
        name=entry.name,
        size=entry.size or 0,
        modified_at=entry.modified_at or NO_TIME,
        day=times.day_of(platform, made, listing.calendar),
        file_id=told.file_id,
        subject=told.subject,
        identity=_identity(folder, entry.name, identities),
        is_intraday=told.is_intraday,
        removed_at=removed,
        warn_at=times.warn_at(platform, folder, entry.name, removed, now),
        seen_at=now,
        fetch_after=fetch_after,
        sentence=manners.LATER if fetch_after else "",
    )


def _identity(
    folder: str, name: str, identities: Iterable[Identity]
) -> Identity | None:
    """The one whose code stands in the name, or is the folder (RRS: CXXX)."""
    by_code = {one.code: one for one in identities}
    code = names.code_in(name, by_code) or folder.rsplit("/", 1)[-1]
    return by_code.get(code)

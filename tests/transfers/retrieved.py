"""Builders: listings, rows of distributed files, schedules, and a held lease."""

import datetime as dt
import io
import itertools
from typing import Any

from keys.models import SftpAccount, SshKey
from portal import clock, files
from portal.exchange.hktime import HONG_KONG, hk_day
from portal.exchange.packets import Entry
from portal.tradingdays.calendar import Calendar
from tests.transfers import builders
from transfers.models import (
    FetchSchedule,
    RetrievedFile,
    RetrievedStatus,
    ScheduleKind,
)
from transfers.services.arrivals import Listing
from transfers.visit import lease as leases

_numbers = itertools.count(1)
REPORTS = "/download/HBCNRFPR"


def hk(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


MADE, SEEN = hk("2026-11-20T18:00"), hk("2026-11-20T18:05")  # a Friday


def entry(name: str, size: int = 4, at: dt.datetime | None = MADE) -> Entry:
    return Entry(name, size, at.astimezone(dt.UTC) if at else None, False)


def listing(
    account: SftpAccount,
    *entries: Entry,
    folder: str = REPORTS,
    at: dt.datetime = SEEN,
) -> Listing:
    return Listing(account, folder, entries, Calendar(), at)


def held(account: SftpAccount) -> leases.Held:
    taken = leases.take(account.pk)
    assert taken is not None
    return taken


def row(
    account: SftpAccount, name: str = "", content: bytes = b"", **fields: Any
) -> RetrievedFile:
    """Seen; with a content it lies in our store."""
    now = fields.pop("seen_at", None) or clock.now()
    stored = files.put(account.participant_id, io.BytesIO(content)) if content else None
    values: dict[str, Any] = {
        "folder": REPORTS,
        "name": name or f"notice{next(_numbers)}.txt",
        "size": len(content),
        "modified_at": now,
        "day": hk_day(now),
        "removed_at": now + dt.timedelta(days=7),
        "seen_at": now,
        "status": RetrievedStatus.SEEN,
        "stored_key": stored.key if stored else "",
        "sha256": stored.sha256 if stored else "",
    }
    return RetrievedFile.objects.create(
        participant=account.participant,
        facility=account.facility,
        account=account,
        platform=account.facility.platform,
        **{**values, **fields},
    )


def schedule(account: SftpAccount, **fields: Any) -> FetchSchedule:
    values: dict[str, Any] = {
        "kind": ScheduleKind.EVERY,
        "every_minutes": 30,
        "opens_at": dt.time(7),
        "closes_at": dt.time(0),
        "on_trading_days_only": False,
        "set_at": clock.now(),
        "next_due": clock.now() + dt.timedelta(minutes=5),
    }
    return FetchSchedule.objects.create(account=account, **{**values, **fields})


def able(account: SftpAccount, on: dt.date | None = None) -> SftpAccount:
    """With a registered key and a confirmed host: nothing is against fetching on that
    Hong Kong day, which is today unless given."""
    host = builders.host(account.facility)
    host.host_key, host.confirmed_at = "ssh-rsa AAAA", clock.now()
    host.save()
    SshKey.objects.create(
        account=account,
        public_line="ssh-rsa AAAA",
        fingerprint_md5="00",
        fingerprint_sha256="00",
        created_at=clock.now(),
        registered_on=(on or clock.today()) - dt.timedelta(days=1),
    )
    return account

"""Fetching the funding of an IPO: on a click, while transactions are pending, and
before anything is sent."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from functools import partial

from django.db.models import QuerySet

from fini import calls, names
from fini.errors import CallRefused, TooManyCalls
from fini.funding.entries import Entry, entry
from fini.models import FundingLine, FundingList, Profile
from fini.refusals import Refusal
from fini.services.funding import resolving
from fini.services.funding.asking import FAILURES, ClientOf, Funder, sentence_of
from fini.services.funding.records import TOPIC
from fini.wire.json_text import unreadable
from portal import clock, fanout, wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting

EVERY = dt.timedelta(minutes=5)  # while a transaction is pending
AGAIN = dt.timedelta(minutes=1)  # after a try that brought nothing
AT_A_TIME = 500
MOST = 100_000  # transactions of one IPO: all of them are held at once
WAKE = "fini-funding"


def ask(profile: Profile, ipo_id: str, acting: Acting, now: dt.datetime) -> FundingList:
    """A person wants them now: a worker asks FINI."""
    real_now = clock.real_now()
    with transaction.atomic():
        row, _ = FundingList.objects.update_or_create(
            profile=profile,
            ipo_id=ipo_id,
            defaults={"asked_at": now, "next_at": real_now},
        )
        wakeups.wake(WAKE, row.pk)
        activity.append(
            profile.participant,
            Kind.FUNDING,
            Endpoint.WEB,
            f"Ask FINI for the funding of [IPO {ipo_id}]"
            f" in [{profile.get_environment_display()}]",
            Status.SUCCESSFUL,
            user=acting.user,
            refs={"ipo": ipo_id},
            topics=["fini", TOPIC],
        )
    return row


def due(real_now: dt.datetime) -> list[uuid.UUID]:
    """The lists that are to be asked for."""
    waiting = FundingList.objects.filter(
        next_at__lte=real_now, profile__may_fund=True, profile__is_enabled=True
    )
    return list(waiting.values_list("pk", flat=True))


def run(pk: uuid.UUID, client_of: ClientOf) -> None:
    """Refresh one list if it is due and nobody else is at it."""
    real_now = clock.real_now()
    mine = FundingList.objects.filter(pk=pk, next_at__lte=real_now)
    if not mine.update(next_at=real_now + AGAIN):
        return
    row = FundingList.objects.select_related(
        "profile__participant", "profile__company_id"
    ).get(pk=pk)
    try:
        entries = refresh(client_of(row.profile), row.profile, row.ipo_id)
    except FAILURES as failed:
        _failed(row, failed)
        fanout.tell(row.profile.participant_id, None, ["fini", TOPIC])
        return
    resolving.late(row.profile, row.ipo_id, entries, real_now)


def _failed(row: FundingList, failed: BaseException) -> None:
    """Tried again in a minute, unless FINI refuses the IPO: each try takes a place of
    the minute, and a person may have typed an IPO that there is not."""
    told: dict[str, object] = {"sentence": sentence_of(failed)}
    if isinstance(failed, CallRefused) and not isinstance(failed, TooManyCalls):
        pending = _pending(row.profile, row.ipo_id).exists()
        told["next_at"] = clock.real_now() + EVERY if pending else None
    FundingList.objects.filter(pk=row.pk).update(**told)


def _pending(profile: Profile, ipo_id: str) -> QuerySet[FundingLine]:
    lines = FundingLine.objects.filter(profile=profile, ipo_id=ipo_id)
    return lines.filter(is_listed=True, status=names.FUNDING_PENDING)


def refresh(client: Funder, profile: Profile, ipo_id: str) -> Mapping[str, Entry]:
    """Everything that FINI lists for an IPO, kept as rows and answered by
    transactionRef. Raises ExchangeError; what came before it is kept."""
    if not profile.may_fund:
        raise Refusal(
            "This profile is not entitled to EIPO funding.",
            "FINI was not asked.",
            "An administrator says on the profile’s page what HKEX has granted.",
        )
    began, found = clock.now(), dict[str, Entry]()
    for page in client.pages(partial(_call, ipo_id)):
        entries = page.entries(entry)
        for batch in _batches(entries):
            _keep(profile, ipo_id, batch, began)
        found |= {one.transaction_ref: one for one in entries}
        if len(found) > MOST:
            raise unreadable(f"it lists more than {MOST:,} transactions of one IPO")
    _ended(profile, ipo_id, began)
    return found


def _call(ipo_id: str, cursor: str) -> calls.Call:
    return calls.funding(ipo_id, cursor, calls.MOST_RECORDS)


def _batches(entries: tuple[Entry, ...]) -> Iterator[list[Entry]]:
    """The last of a transaction that comes twice on a page counts."""
    by_ref = {one.transaction_ref: one for one in entries}
    single = [by_ref[ref] for ref in sorted(by_ref)]
    for start in range(0, len(single), AT_A_TIME):
        yield single[start : start + AT_A_TIME]


def _keep(profile: Profile, ipo_id: str, batch: list[Entry], at: dt.datetime) -> None:
    rows = [
        FundingLine(
            profile=profile,
            ipo_id=one.ipo_id or ipo_id,
            transaction_ref=one.transaction_ref,
            status=one.status,
            bank=one.bank,
            amount=one.amount,
            deadline=one.deadline,
            fields=one.fields,
            fetched_at=at,
            is_listed=True,
        )
        for one in batch
    ]
    FundingLine.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["profile", "transaction_ref"],
        update_fields=[
            *("ipo_id", "status", "bank", "amount", "deadline"),
            *("fields", "fetched_at", "is_listed"),
        ],
    )


def _ended(profile: Profile, ipo_id: str, began: dt.datetime) -> None:
    """The whole list came: what is not in it is listed no more."""
    lines = FundingLine.objects.filter(profile=profile, ipo_id=ipo_id)
    with transaction.atomic():
        lines.filter(fetched_at__lt=began).update(is_listed=False)
        waits = _pending(profile, ipo_id).exists()
        FundingList.objects.update_or_create(
            profile=profile,
            ipo_id=ipo_id,
            defaults={
                "refreshed_at": began,
                "next_at": clock.real_now() + EVERY if waits else None,
                "sentence": "",
            },
        )
        fanout.tell(profile.participant_id, None, ["fini", TOPIC])

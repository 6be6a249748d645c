"""Whether an account's folders are to be fetched now, and if not, why: in words."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from keys import service_hours
from keys.models import Host, SftpAccount, SshKey
from keys.selectors.hours import closed_because
from keys.selectors.keys import current_key
from portal.exchange.hktime import hk_day
from portal.pages.words import hk_when
from portal.people.models import Participant
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar_at
from transfers.models import (
    Fetching,
    FetchSchedule,
    Lease,
    RetrievedFile,
    RetrievedStatus,
)
from transfers.selectors.retrieved import UNKEPT
from transfers.visit.lease import EXPIRED

S = RetrievedStatus
LONGEST_PAUSE = dt.timedelta(hours=1)


@dataclass(frozen=True)
class State:
    """One account. `why_not`: what keeps it from being fetched just now, as a sentence;
    "" when nothing does."""

    account: SftpAccount
    status: str  # data-s
    word: str
    why_not: str
    last_error: str
    is_wanted: bool
    listed_at: dt.datetime | None
    next_at: dt.datetime | None
    waiting: int  # files seen and not kept


def is_due(account: SftpAccount, now: dt.datetime) -> bool:
    """Wanted, and nothing is against it."""
    found = Fetching.objects.filter(account=account).first()
    wanted = found is not None and found.wanted_since is not None
    if not wanted and not to_try_again(now).filter(account=account).exists():
        return False
    if found and is_put_off(found, now):
        return False
    return not why_not(account, now)


def is_put_off(fetching: Fetching, now: dt.datetime) -> bool:
    """After a round that ended early. Further off than any such pause: the clock was
    moved back, and it counts no more."""
    at = fetching.not_before
    return at is not None and now < at <= now + LONGEST_PAUSE


def due_accounts(now: dt.datetime) -> QuerySet[SftpAccount]:
    """Whose folders are wanted: a superset, `is_due` looks closer."""
    of_it = Fetching.objects.filter(account_id=OuterRef("pk"))
    wanted = of_it.filter(wanted_since__isnull=False)
    put_off = of_it.filter(not_before__gt=now, not_before__lte=now + LONGEST_PAUSE)
    again = to_try_again(now).filter(account_id=OuterRef("pk"))
    return _able().filter(Exists(wanted) | Exists(again), ~Exists(put_off))


def to_try_again(now: dt.datetime) -> QuerySet[RetrievedFile]:
    """Files whose own time has come: a failed one, or one of another day."""
    return RetrievedFile.objects.filter(status=S.SEEN, fetch_after__lte=now)


def why_not(
    account: SftpAccount, now: dt.datetime, calendar: Calendar | None = None
) -> str:
    """Why nothing is fetched just now, as a sentence; "" when nothing is against it."""
    if not account.is_enabled:
        return "The account is disabled."
    if account.facility.halted_since is not None:
        return "A host key changed, and nothing is done there until it is confirmed."
    if current_key(account, hk_day(now)) is None:
        return "The account has no key that HKEX takes."
    if not _confirmed(account.facility_id).exists():
        return "No host key is confirmed yet."
    closed = closed_because(account, now, calendar=calendar)
    return f"{closed}." if closed else ""


def state_of(account: SftpAccount, now: dt.datetime) -> State:
    """What the account's page and the Download Corner say of it."""
    return _states([account], now)[0]


def states(participant: Participant, now: dt.datetime) -> list[State]:
    """Of all enabled accounts: the account's own reads, and a constant number more."""
    rows = SftpAccount.objects.filter(participant=participant, is_enabled=True)
    ordered = rows.select_related("facility", "participant").order_by(
        "facility__platform", "facility__name", "login_id"
    )
    return _states(list(ordered), now)


def _states(accounts: list[SftpAccount], now: dt.datetime) -> list[State]:
    pks = [account.pk for account in accounts]
    calendar = calendar_at(now)
    fetchings = {
        row.account_id: row for row in Fetching.objects.filter(account__in=pks)
    }
    nexts = dict(
        FetchSchedule.objects.filter(account__in=pks, is_enabled=True)
        .values_list("account")
        .annotate(at=Min("next_due"))
    )
    waiting = dict(
        RetrievedFile.objects.filter(
            # The participant leads to the few that are not kept.
            participant__in={account.participant_id for account in accounts},
            account__in=pks,
            status__in=UNKEPT,
        )
        .values_list("account")
        .annotate(count=Count("pk"))
    )
    visited = set(
        Lease.objects.filter(account__in=pks)
        .exclude(EXPIRED)
        .values_list("account", flat=True)
    )
    return [
        _state(
            account,
            fetchings.get(account.pk) or Fetching(account=account),
            why_not(account, now, calendar),
            (
                _open_at(account, nexts.get(account.pk), calendar),
                waiting.get(account.pk, 0),
                account.pk in visited,
            ),
            now,
        )
        for account in accounts
    ]


def _open_at(
    account: SftpAccount, at: dt.datetime | None, calendar: Calendar
) -> dt.datetime | None:
    """A plan for a closed hour is carried out when the service opens."""
    if at is None:
        return None
    what = service_hours.Service.ANY
    return service_hours.opens_next(account.facility.platform, what, at, calendar)


def _state(
    account: SftpAccount,
    fetching: Fetching,
    why: str,
    found: tuple[dt.datetime | None, int, bool],
    now: dt.datetime,
) -> State:
    next_at, waiting, is_visited = found
    wanted = fetching.wanted_since is not None
    status, word = _words(fetching, why, wanted, is_visited)
    if wanted and is_put_off(fetching, now):
        next_at = fetching.not_before
    return State(
        account=account,
        status=status,
        word=word,
        why_not=why,
        last_error=_error(fetching, now),
        is_wanted=wanted,
        listed_at=fetching.listed_at,
        next_at=next_at,
        waiting=waiting,
    )


def _words(
    fetching: Fetching, why: str, wanted: bool, is_visited: bool
) -> tuple[str, str]:
    if why:
        return "idle", "Not now"
    if wanted and is_visited:
        return "run", "Fetching"
    if fetching.failures:
        return "bad", "Failed"
    if wanted:
        return "idle", "Queued"
    return ("ok", "Up to date") if fetching.listed_at else ("idle", "Not yet")


def _error(fetching: Fetching, now: dt.datetime) -> str:
    if not fetching.sentence:
        return ""
    if fetching.not_before is None or not is_put_off(fetching, now):
        return fetching.sentence
    again = hk_when(fetching.not_before, hk_day(now))
    return f"{fetching.sentence} It is tried again at {again}."


def _able() -> QuerySet[SftpAccount]:
    """With what a login needs, as far as one query can tell."""
    keys = SshKey.objects.filter(account_id=OuterRef("pk"), registered_on__isnull=False)
    hosts = _confirmed(OuterRef("facility_id"))
    return SftpAccount.objects.filter(
        Exists(keys), Exists(hosts), is_enabled=True, facility__halted_since=None
    ).select_related("facility", "participant")


def _confirmed(facility: uuid.UUID | OuterRef) -> QuerySet[Host]:
    rows = Host.objects.filter(facility=facility, confirmed_at__isnull=False)
    return rows.exclude(host_key="")


def open_ones(accounts: Iterable[SftpAccount], now: dt.datetime) -> list[SftpAccount]:
    """Those of them that nothing is against."""
    calendar = calendar_at(now)
    return [account for account in accounts if not why_not(account, now, calendar)]

"""That an account's folders are wanted, and how each round of fetching ended."""

import datetime as dt
import uuid

from django.db.models import F, Q

from keys.models import SftpAccount
from portal import fanout
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.hktime import HONG_KONG, hk_day
from portal.people.guards import Acting
from portal.rows import update_in_order
from transfers.models import Fetching, RetrievedFile, RetrievedStatus
from transfers.selectors.waiting import LEFT_OUT
from transfers.services import risks
from transfers.services.wakes import visit_soon
from transfers.visit.lease import Held
from transfers.visit.schedule import retry_round_after

TOPIC = "files"
STORE = "store-fails"
NOTHING = "nothing-fetched"
STORE_WAITS = dt.timedelta(minutes=5)
# What was wanted so long ago and could not be looked for: a person must know.
TELL_AFTER = dt.timedelta(hours=1)


def want(account_pk: uuid.UUID, now: dt.datetime) -> None:
    """The next visit lists the account's folders; who asked first counts."""
    Fetching.objects.get_or_create(account_id=account_pk)
    Fetching.objects.filter(account_id=account_pk, wanted_since=None).update(
        wanted_since=now
    )


def ask(account: SftpAccount, acting: Acting, now: dt.datetime) -> None:
    """A person wants it now: also what failed a moment ago is tried again."""
    with transaction.atomic():
        want(account.pk, now)
        Fetching.objects.filter(account=account).update(
            asked_by=acting.user, failures=0, not_before=None
        )
        failed = RetrievedFile.objects.filter(
            account=account, status=RetrievedStatus.SEEN, tries__gt=0
        )
        update_in_order(failed, fetch_after=None)
        visit_soon(account.pk)
        _record(account, acting, f"Ask for a visit of [{account.login_id}]")


def fetch_now(row: RetrievedFile, acting: Acting, now: dt.datetime) -> None:
    """A person does not wait for the next service day."""
    with transaction.atomic():
        want(row.account_id, now)
        Fetching.objects.filter(account=row.account_id).update(not_before=None)
        RetrievedFile.objects.filter(pk=row.pk, status=RetrievedStatus.SEEN).update(
            fetch_after=None, sentence=""
        )
        visit_soon(row.account_id)
        _record(row.account, acting, f"Ask for file [{row.name}] now")


def finished(
    lease: Held, account: SftpAccount, began: dt.datetime, now: dt.datetime, said: str
) -> None:
    """All folders were listed and all was fetched that may be. What was wanted after
    the round began is still wanted. `said`: what was amiss, or "".

    A file whose own time had come has had its turn, also when its folder was not to be
    seen: else its account would be visited for ever.
    """
    with transaction.atomic():
        lease.hold()
        rows = Fetching.objects.filter(account=account)
        rows.update(listed_at=now, failures=0, not_before=None, sentence=said)
        rows.filter(Q(wanted_since__lte=began) | Q(wanted_since__gt=now)).update(
            wanted_since=None, asked_by=None
        )
        due = RetrievedFile.objects.filter(
            account=account, status=RetrievedStatus.SEEN, fetch_after__lte=now
        )
        update_in_order(due, fetch_after=None)
        for kind in (STORE, NOTHING):
            alerts.resolve(kind, str(account.pk), participant=account.participant)
    fanout.tell(account.participant_id, None, [TOPIC])


def put_off(lease: Held, account: SftpAccount, sentence: str, now: dt.datetime) -> None:
    """The round ended early: another one, later and later, but before midnight, when
    HKEX removes mapping files, sooner and sooner."""
    with transaction.atomic():
        lease.hold()
        found, _ = Fetching.objects.get_or_create(account=account)
        later = now + retry_round_after(found.failures + 1, _left_of_day(now))
        Fetching.objects.filter(pk=found.pk).update(
            failures=F("failures") + 1, not_before=later, sentence=sentence
        )
        if found.wanted_since and found.wanted_since <= now - TELL_AFTER:
            _tell_of_nothing(account, found.wanted_since, sentence, now)
    fanout.tell(account.participant_id, None, [TOPIC])


def store_failed(lease: Held, account: SftpAccount, why: str, now: dt.datetime) -> None:
    """Our own disk takes nothing more: the exchange is left alone meanwhile."""
    with transaction.atomic():
        lease.hold()
        Fetching.objects.filter(account=account).update(
            failures=F("failures") + 1, not_before=now + STORE_WAITS, sentence=why
        )
        alerts.raise_(
            STORE,
            str(account.pk),
            participant=account.participant,
            severity=Severity.BAD,
            title=f"Files of {account.facility.name} cannot be stored",
            body=f"{why} Nothing is fetched for {account.login_id} meanwhile, and HKEX "
            "removes its files when their time is over. Make room, or have the store "
            "repaired; it is tried again by itself.",
            path=risks.page_of(account.participant),
            action="See the files",
            mail=True,
        )


def left_out(lease: Held, account: SftpAccount, folder: str, names: list[str]) -> None:
    """What a folder lists and nobody could fetch by itself: a person must know."""
    key = f"{account.facility_id}|{folder}"[:200]
    with transaction.atomic():
        lease.hold()
        if not names:
            alerts.resolve(LEFT_OUT, key, participant=account.participant)
            return
        also = f" and {len(names) - 5} more" if len(names) > 5 else ""
        alerts.raise_(
            LEFT_OUT,
            key,
            participant=account.participant,
            severity=Severity.WARN,
            title=f"{folder} of {account.facility.name} lists what cannot be fetched",
            body=f"Not fetched: {', '.join(names[:5])}{also}. Such a name is a path, "
            "too long, or has characters that cannot be seen, or no true size is told; "
            "all others are fetched. Ask HKEX what they are, or fetch them by hand.",
            path=risks.page_of(account.participant),
            action="See the files",
        )


def _left_of_day(now: dt.datetime) -> dt.timedelta:
    tomorrow = hk_day(now) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), HONG_KONG) - now


def _tell_of_nothing(
    account: SftpAccount, since: dt.datetime, why: str, now: dt.datetime
) -> None:
    """What is not even listed has no row whose time could run out."""
    alerts.raise_(
        NOTHING,
        str(account.pk),
        participant=account.participant,
        severity=Severity.BAD,
        title=f"Nothing could be fetched from {account.facility.name} since "
        f"{risks.when(since, now)}",
        body=f"{why} What HKEX distributes meanwhile is not seen here, and its mapping "
        "files are removed at midnight. It is tried again by itself; ask HKEX when it "
        "is back, or fetch what you expect on HKEX's web.",
        path=risks.page_of(account.participant),
        action="See why",
        mail=True,
    )


def _record(account: SftpAccount, acting: Acting, told: str) -> None:
    activity.append(
        account.participant,
        Kind.DOWNLOAD,
        Endpoint.WEB,
        told,
        Status.SUCCESSFUL,
        user=acting.user,
        refs={"account": str(account.pk)},
        topics=(TOPIC, f"account:{account.pk}"),
    )

"""What is written of a login: the Visit, its Activity, which site answered."""

import datetime as dt

from keys.models import Facility, Host, SftpAccount
from keys.paths import account_path
from portal import fanout
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Activity, Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from transfers.models import Submission, Visit, VisitOutcome
from transfers.services import facilities
from transfers.states import SubmissionStatus
from transfers.visit.lease import Held

FOLD = dt.timedelta(minutes=1)

REFUSED = "login-refused"
UNREACHABLE = "not-reachable"
FAILED_TOPICS = ("strip", "alerts", "submissions")


def begin(lease: Held, account: SftpAccount, now: dt.datetime) -> Visit:
    """Saved before anything is said to HKEX."""
    with transaction.atomic():
        lease.hold()
        return Visit.objects.create(account=account, fence=lease.fence, started_at=now)


def logged_in(lease: Held, visit: Visit, host: Host, now: dt.datetime) -> None:
    """HKEX let us in at this host."""
    account = visit.account
    with transaction.atomic():
        lease.hold()
        visit.host = host
        visit.save(update_fields=["host"])
        Facility.objects.filter(pk=account.facility_id).update(
            reached_at=now, unreachable_since=None
        )
        for kind in (REFUSED, UNREACHABLE):
            alerts.resolve(kind, str(account.pk), participant=account.participant)
        if account.facility.halted_since is None:
            facilities.resolve_host_key(host)
        _record(visit, Status.SUCCESSFUL)


def failed(
    lease: Held, visit: Visit, outcome: VisitOutcome, sentence: str, now: dt.datetime
) -> None:
    """Nobody let us in. Queued submissions say why they wait; of the Activity there
    is one a minute at most."""
    account = visit.account
    with transaction.atomic():
        lease.hold()
        _end(visit, outcome, sentence, now)
        waiting = Submission.objects.filter(
            account=account, status=SubmissionStatus.QUEUED
        ).update(sentence=f"{sentence} It is tried again by itself.")
        if outcome == VisitOutcome.NOT_REACHABLE:
            Facility.objects.filter(
                pk=account.facility_id, unreachable_since=None
            ).update(unreachable_since=now)
            if waiting:
                _tell_of_silence(account, sentence)
        if outcome in (VisitOutcome.LOGIN_REFUSED, VisitOutcome.NO_KEY):
            _tell_of_refusal(account, sentence)
        if _told_within(account, now - FOLD):
            fanout.tell(account.participant_id, None, _topics(visit, Status.FAILED))
        else:
            _record(visit, Status.FAILED)


def ended(visit: Visit, outcome: VisitOutcome, sentence: str, now: dt.datetime) -> None:
    """The session is over; also of a lease that was lost, so without its fence."""
    _end(visit, outcome, sentence, now)


def failures_in_a_row(account: SftpAccount) -> int:
    """How many of the latest visits failed, the last first."""
    outcomes = (
        Visit.objects.filter(account=account)
        .order_by("-started_at")
        .values_list("outcome", flat=True)[:12]
    )
    count = 0
    for outcome in outcomes:
        if outcome == VisitOutcome.DONE:
            break
        count += 1
    return count


def _end(visit: Visit, outcome: VisitOutcome, sentence: str, now: dt.datetime) -> None:
    visit.outcome, visit.sentence, visit.ended_at = outcome, sentence, now
    visit.save(update_fields=["outcome", "sentence", "ended_at"])


def _record(visit: Visit, status: Status) -> None:
    """Who logged in, or tried to, and where."""
    account = visit.account
    activity.append(
        account.participant,
        Kind.LOGIN,
        Endpoint.SFTP,
        f"Login as [{account.login_id}] at [{visit.host or account.facility.name}]",
        status,
        refs={"account": str(visit.account_id), "visit": str(visit.pk)},
        topics=_topics(visit, status),
    )


def _topics(visit: Visit, status: Status) -> tuple[str, ...]:
    """The account's page shows its latest login: a person may have asked for it."""
    others = ("strip",) if status == Status.SUCCESSFUL else FAILED_TOPICS
    return (f"account:{visit.account_id}", *others)


def _told_within(account: SftpAccount, since: dt.datetime) -> bool:
    return Activity.objects.filter(
        chain__participant=account.participant_id,
        at__gte=since,
        kind=Kind.LOGIN,
        status=Status.FAILED,
        refs__account=str(account.pk),
    ).exists()


def _tell_of_silence(account: SftpAccount, sentence: str) -> None:
    """Files wait, and their windows close: a person may have to call HKEX."""
    alerts.raise_(
        UNREACHABLE,
        str(account.pk),
        participant=account.participant,
        severity=Severity.BAD,
        title=f"{account.facility.name} is not reachable",
        body=f"{sentence} Files wait at the portal, and nothing is reported by them "
        "yet. It is tried again by itself; call HKEX before their window closes.",
    )


def _tell_of_refusal(account: SftpAccount, sentence: str) -> None:
    alerts.raise_(
        REFUSED,
        str(account.pk),
        participant=account.participant,
        severity=Severity.BAD,
        title=f"{account.login_id} cannot log in to {account.facility.name}",
        body=f"{sentence} Nothing can be submitted or looked for with this account. "
        "Check its key, its addresses and its rights with HKEX.",
        path=account_path(account),
        action="Open the account",
    )

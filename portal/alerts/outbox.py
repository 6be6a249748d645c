"""The outbox: a row for each mail to each person, claimed, sent, tried again.

A mail is sent at least once. A worker that dies between the server's answer and the
save sends it again, under the same Message-ID, by which mail servers and people
recognise the second one.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F, Q

from portal import clock, wakeups
from portal.alerts import mail
from portal.alerts.models import Alert, Mail, MailStatus
from portal.people.models import Membership, Participant, User

# Until the next try, in seconds: a hiccup of the server is over in 30 s, a restart in
# 2 or 10 minutes; then hourly for a day, the time in which somebody repairs it.
RETRY_PLAN = (30, 120, 600, *([3600] * 24))
LEASE = dt.timedelta(seconds=120)  # a send takes a few calls of EMAIL_TIMEOUT (10 s)
SWEPT = 500


def put_alert(alert: Alert) -> int:
    """One mail a person, in the caller's transaction; answers how many."""
    people = _people_of(alert.participant)
    to = [(user.email, user) for user in people]
    return put(mail.alert_mail(alert), to, participant=alert.participant, alert=alert)


def put(
    composed: mail.Composed,
    to: Iterable[tuple[str, User | None]],
    *,
    participant: Participant | None = None,
    alert: Alert | None = None,
) -> int:
    """(address, person) each get one row; the tasks are woken after commit."""
    rows = [
        Mail(
            participant=participant,
            alert=alert,
            user=user,
            recipient=address,
            subject=composed.subject,
            text=composed.text,
            html=composed.html,
            created_at=clock.now(),
            next_try_at=clock.real_now(),
        )
        for address, user in to
    ]
    Mail.objects.bulk_create(rows)
    for row in rows:
        wakeups.wake("mail", row.pk)
    return len(rows)


def claim(pk: uuid.UUID, now: dt.datetime) -> Mail | None:
    """Take a due mail, or one whose sender died, for LEASE; None when there is nothing
    to take. now is machine time. The number of attempts is the fence."""
    claimed = Mail.objects.filter(_due(now), pk=pk).update(
        status=MailStatus.SENDING,
        attempts=F("attempts") + 1,
        next_try_at=now + LEASE,
    )
    return Mail.objects.get(pk=pk) if claimed else None


def record_sent(row: Mail, now: dt.datetime) -> bool:
    return _outcome(row, status=MailStatus.SENT, sent_at=now, error="")


def record_failure(row: Mail, error: str, permanent: bool, now: dt.datetime) -> bool:
    """Plan the next try; True when there is none and the mail has failed for good."""
    over = permanent or row.attempts > len(RETRY_PLAN)
    if over:
        return _outcome(row, status=MailStatus.FAILED, error=error)
    wait = dt.timedelta(seconds=RETRY_PLAN[row.attempts - 1])
    _outcome(row, status=MailStatus.QUEUED, error=error, next_try_at=now + wait)
    return False


def wake_due(now: dt.datetime) -> int:
    """The sweep: nothing depends on a message arriving (law 3)."""
    due = Mail.objects.filter(_due(now)).order_by("next_try_at")
    keys = list(due.values_list("pk", flat=True)[:SWEPT])
    for pk in keys:
        wakeups.wake("mail", pk)
    return len(keys)


def _due(now: dt.datetime) -> Q:
    return Q(
        status__in=[MailStatus.QUEUED, MailStatus.SENDING],
        next_try_at__lte=now,
    )


def _outcome(row: Mail, **columns: object) -> bool:
    """False when the lease was lost and another sender has it: its word counts."""
    mine = Mail.objects.filter(
        pk=row.pk, status=MailStatus.SENDING, attempts=row.attempts
    )
    return bool(mine.update(**columns))


def _people_of(participant: Participant | None) -> list[User]:
    """Who acts on an alert: operators, approvers and administrators of the
    participant; the site's administrators when it is the site's."""
    active = User.objects.filter(is_active=True).exclude(email="")
    if participant is None:
        return list(active.filter(is_site_admin=True).order_by("username"))
    members = Membership.objects.filter(
        Q(is_operator=True) | Q(is_approver=True) | Q(is_admin=True),
        participant=participant,
        is_active=True,
    )
    return list(active.filter(memberships__in=members).order_by("username"))

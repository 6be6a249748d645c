"""When a submission's result is looked for again, and what happens when none came."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from portal import clock
from portal.activity import transaction
from portal.exchange.hktime import HONG_KONG
from transfers.models import Submission
from transfers.services import notices
from transfers.services.moves import move, record
from transfers.states import OPEN_AT_HKEX, SubmissionStatus
from transfers.visit.lease import Held
from transfers.visit.schedule import Looking, next_look

S = SubmissionStatus


def looking() -> Looking:
    return Looking(
        first=settings.RESULT_FIRST_SECONDS,
        every=settings.RESULT_EVERY_SECONDS,
        quick_for=settings.RESULT_QUICK_FOR_SECONDS,
        then_every=settings.RESULT_THEN_EVERY_SECONDS,
    )


def first_look() -> dict[str, Any]:
    """The fields of a submission that has just been sent."""
    return {
        "look_next_at": _in_seconds(settings.RESULT_FIRST_SECONDS),
        "look_until": _in_seconds(settings.RESULT_DEADLINE_SECONDS),
    }


def looks_while_unconfirmed(submission: Submission) -> dict[str, Any]:
    """The fields of one that has just become unconfirmed: until its day is over, and
    around midnight as long as any answer is waited for."""
    least = dt.timedelta(seconds=settings.RESULT_DEADLINE_SECONDS)
    wait = max(_left_of_its_day(submission), least)
    return {
        "look_next_at": _in_seconds(settings.RESULT_FIRST_SECONDS),
        "look_until": clock.real_now() + wait,
    }


def once_more() -> dict[str, Any]:
    """The fields of one that was answered: a second answer would be an alarm."""
    at = _in_seconds(settings.RESULT_THEN_EVERY_SECONDS)
    return {"look_next_at": at, "look_until": at}


def looked(lease: Held, account_pk: uuid.UUID, folders: Iterable[str]) -> None:
    """Set the next look of all that these folders may still answer."""
    real, now = clock.real_now(), clock.now()
    rows = Submission.objects.filter(
        account_id=account_pk, folder__in=folders, look_next_at__isnull=False
    ).order_by("pk")
    for row in list(rows):
        is_open = row.status in OPEN_AT_HKEX
        if not is_open and row.look_next_at and row.look_next_at > real:
            continue  # answered a moment ago: its own last look is still to come
        with transaction.atomic():
            lease.hold()
            Submission.objects.filter(pk=row.pk, status=row.status).update(
                look_next_at=_next(row, real, now)
            )


def miss_deadlines(now: dt.datetime, account_pk: uuid.UUID | None = None) -> int:
    """No result in time: unconfirmed, and looked for as long as the day lasts."""
    late = Submission.objects.filter(
        status=S.AWAITING_ACKNOWLEDGMENT, look_until__lte=clock.real_now()
    )
    if account_pk is not None:
        late = late.filter(account_id=account_pk)
    return sum(_missed(pk) for pk in late.values_list("pk", flat=True))


def ask_again() -> int:
    """The time that a person set for waiting, or the day, is over: their turn."""
    over = Submission.objects.filter(
        status=S.UNCONFIRMED,
        look_until__lte=clock.real_now(),
        look_next_at__isnull=False,
    )
    return sum(_asked(pk) for pk in over.values_list("pk", flat=True))


def _next(row: Submission, real: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    if row.status not in OPEN_AT_HKEX:
        return None
    over = row.look_until is None or row.look_until <= real
    if over and row.status in (S.SAID_RECEIVED, S.ABANDONED):
        return None
    if row.status != S.AWAITING_ACKNOWLEDGMENT:
        # A login for each of these looks: not as often as within one session.
        return real + dt.timedelta(seconds=settings.RESULT_THEN_EVERY_SECONDS)
    since = row.sent_at or row.opened_at or now
    return real + next_look(now - since, looking())


def _missed(pk: uuid.UUID) -> bool:
    minutes = settings.RESULT_DEADLINE_SECONDS / 60
    sentence = f"No .rcvd or .rej has come in {minutes:g} minutes."
    with transaction.atomic():
        row = locked(pk)
        if row.status != S.AWAITING_ACKNOWLEDGMENT:
            return False
        notices.unconfirmed(row, sentence)
        move(row, S.UNCONFIRMED, sentence=sentence, **looks_while_unconfirmed(row))
    return True


def _asked(pk: uuid.UUID) -> bool:
    real = clock.real_now()
    with transaction.atomic():
        row = locked(pk)
        if row.status != S.UNCONFIRMED:
            return False
        left = _left_of_its_day(row)
        if left > dt.timedelta(seconds=1):
            row.look_until = real + left
        else:
            row.look_next_at = None
        row.save(update_fields=["look_until", "look_next_at"])
        notices.unconfirmed(row, "No answer came in the time set for waiting.")
        record(row)
    return True


def locked(pk: uuid.UUID) -> Submission:
    """The row as it is now, until commit."""
    return (
        Submission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("participant", "identity")
        .get(pk=pk)
    )


def _left_of_its_day(submission: Submission) -> dt.timedelta:
    after = submission.day + dt.timedelta(days=1)
    midnight = dt.datetime.combine(after, dt.time(), tzinfo=HONG_KONG)
    return midnight - clock.now()


def _in_seconds(seconds: float) -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=seconds)

"""After an accepted submission: its answer is looked for until it has come."""

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from keys.models import Platform
from portal.exchange.hktime import hk_day
from transfers.distribution.names import KINDS
from transfers.models import Fetching, RetrievedFile, RetrievedStatus, Submission
from transfers.services import rounds
from transfers.states import SubmissionStatus

RESPONSES = tuple(one.file_id for one in KINDS.values() if not one.is_result)


def want_answers(now: dt.datetime) -> int:
    """Accounts whose accepted submission of today has no response here, and whose
    last listing is long enough ago; answers how many."""
    came = RetrievedFile.objects.filter(
        submission=OuterRef("pk"),
        status=RetrievedStatus.KEPT,
        file_id__in=RESPONSES,
    )
    waiting = Submission.objects.filter(
        ~Exists(came),
        account__facility__platform=Platform.ECP,
        account__is_enabled=True,
        status=SubmissionStatus.ACCEPTED,
        day=hk_day(now),
        ended_at__lte=now,
    )
    quick = now - dt.timedelta(seconds=settings.ANSWER_QUICK_FOR_SECONDS)
    lately = set(_accounts(waiting.filter(ended_at__gt=quick)))
    others = set(_accounts(waiting)) - lately
    wanted = _listed_before(lately, now, settings.ANSWER_EVERY_SECONDS)
    wanted |= _listed_before(others, now, settings.ANSWER_THEN_EVERY_SECONDS)
    for pk in wanted:
        rounds.want(pk, now)
    return len(wanted)


def _accounts(rows: QuerySet[Submission]) -> list[uuid.UUID]:
    return list(rows.order_by().values_list("account", flat=True).distinct())


def _listed_before(
    accounts: set[uuid.UUID], now: dt.datetime, seconds: float
) -> set[uuid.UUID]:
    fresh = Fetching.objects.filter(
        Q(wanted_since__isnull=False)
        | Q(listed_at__gt=now - dt.timedelta(seconds=seconds), listed_at__lte=now),
        account__in=accounts,
    )
    return accounts - set(fresh.values_list("account", flat=True))

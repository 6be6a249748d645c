"""What is due at an account: files to send, folders to look in, and when."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, QuerySet

from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus


def next_queued(account_pk: uuid.UUID, now: dt.datetime) -> Submission | None:
    """The oldest that waits to be sent and whose window is still open.

    Not while HKEX has yet to answer for another file of the same name: its result
    file could belong to either.
    """
    unanswered = Submission.objects.filter(
        account_id=account_pk,
        status=S.AWAITING_ACKNOWLEDGMENT,
        folder=OuterRef("folder"),
        file_name=OuterRef("file_name"),
    )
    return (
        Submission.objects.filter(
            ~Exists(unanswered),
            account_id=account_pk,
            status=S.QUEUED,
            window_closes_at__gt=now,
        )
        .select_related("participant", "identity")
        .order_by("queued_at", "created_at", "pk")
        .first()
    )


def folders_to_look_in(account_pk: uuid.UUID) -> list[str]:
    """The folders in which a result, or a second one, may still come."""
    return list(
        Submission.objects.filter(account_id=account_pk, look_next_at__isnull=False)
        .order_by("folder")
        .values_list("folder", flat=True)
        .distinct()
    )


def names_awaited(account_pk: uuid.UUID, folder: str) -> set[str]:
    """The names of the files in this folder that a result may still answer."""
    return set(
        Submission.objects.filter(
            account_id=account_pk, folder=folder, look_next_at__isnull=False
        ).values_list("file_name", flat=True)
    )


def next_look_at(account_pk: uuid.UUID) -> dt.datetime | None:
    """When the next look is due (machine time)."""
    return _earliest(Submission.objects.filter(account_id=account_pk))


def next_answer_at(account_pk: uuid.UUID) -> dt.datetime | None:
    """When HKEX's answer to what was just sent is looked for (machine time)."""
    return _earliest(
        Submission.objects.filter(
            account_id=account_pk, status=S.AWAITING_ACKNOWLEDGMENT
        )
    )


def _earliest(rows: QuerySet[Submission]) -> dt.datetime | None:
    first = rows.filter(look_next_at__isnull=False).order_by("look_next_at").first()
    return first.look_next_at if first else None

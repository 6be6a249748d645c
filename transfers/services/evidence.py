"""The evidence pack: all that the portal knows of one submission, as JSON."""

import base64
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Activity, Endpoint, Kind, Status
from portal.approvals.models import Approval
from portal.people.guards import Acting
from transfers.models import Submission
from transfers.selectors.submissions import Whole


def pack(acting: Acting, whole: Whole, now: dt.datetime) -> dict[str, Any]:
    """Every row of the submission; that it was taken is an activity itself."""
    row = whole.submission
    with transaction.atomic():
        made = {
            "made_at": now.isoformat(),
            "made_by": acting.user.username,
            "participant": acting.participant.code,
            "submission": _fields(row),
            "identity": str(row.identity),
            "account": row.account.login_id,
            "facility": row.account.facility.name,
            "attempts": _all(whole.attempts),
            "results": _all(row.results.order_by("seen_at", "name")),
            "decisions": _all(whole.decisions),
            "approvals": _all(_approvals(whole)),
            "activity": _all(_activity(row)),
        }
        activity.append(
            acting.participant,
            Kind.EXPORT,
            Endpoint.WEB,
            f"Evidence pack of {row.reference}, file [{row.file_name}]",
            Status.SUCCESSFUL,
            user=acting.user,
            refs={"submission": str(row.pk)},
        )
    return made


def _approvals(whole: Whole) -> Iterable[Approval]:
    about = [whole.submission.pk, *(decision.pk for decision in whole.decisions)]
    return Approval.objects.filter(object_pk__in=about).order_by("requested_at")


def _activity(row: Submission) -> Iterable[Activity]:
    """Of the chain, with its hashes: whoever reads the pack can find it there."""
    return Activity.objects.filter(
        chain__participant=row.participant_id, refs__submission=str(row.pk)
    ).order_by("seq")


def _all(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
    return [_fields(row) for row in rows]


def _fields(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool | dict | list):
        return value
    return str(value)

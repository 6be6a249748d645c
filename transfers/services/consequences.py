"""What an approval binds, and what happens when it is given, refused or too late."""

import hashlib
import json
import uuid

from django.db.models import QuerySet

from portal.approvals.models import Approval, ApprovalStatus
from transfers.models import Decision, Submission

SUBMISSION = "submission"
DECISION = "decision"


def submission_payload(pk: uuid.UUID) -> str:
    """SHA-256 over all that the approver has seen of a submission."""
    row = Submission.objects.select_related("identity", "account__facility").get(pk=pk)
    return _digest(
        identity=row.identity.code,
        identity_kind=row.identity.kind,
        file_id=row.file_id,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        account=row.account.login_id,
        facility=row.account.facility.name,
        environment=row.account.facility.environment,
    )


def decision_payload(pk: uuid.UUID) -> str:
    """The state is part of it: a result that comes first makes the request moot."""
    row = Decision.objects.select_related("submission").get(pk=pk)
    return _digest(
        submission=str(row.submission_id),
        reference=row.submission.reference,
        sha256=row.submission.sha256,
        status=row.submission.status,
        kind=row.kind,
        reason=row.reason,
    )


def pending(kind: str, pk: uuid.UUID) -> QuerySet[Approval]:
    return Approval.objects.filter(
        kind=kind, object_pk=pk, status=ApprovalStatus.PENDING
    )


def _digest(**payload: str | int) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()

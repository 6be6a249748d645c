"""Reading approvals: what waits at a participant, and for whom."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from portal.approvals.models import Approval, ApprovalStatus
from portal.approvals.services import has_own_page, has_url
from portal.people.guards import Acting
from portal.people.models import Participant, Role

SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """One request as a person sees it."""

    approval: Approval
    url: str
    can_decide: bool  # here
    is_own: bool
    has_own_page: bool  # where alone it is decided


def pending(participant: Participant) -> QuerySet[Approval]:
    """Oldest end first: what must be decided soonest."""
    return (
        Approval.objects.filter(participant=participant, status=ApprovalStatus.PENDING)
        .select_related("requested_by", "participant")
        .order_by("expires_at", "requested_at", "pk")
    )


def waiting(acting: Acting) -> list[Waiting]:
    """At most SHOWN: more than a screen of them is a problem of another kind."""
    return [
        Waiting(
            approval,
            _address(approval, acting),
            can_decide(approval, acting) and not has_own_page(approval),
            approval.requested_by_id == acting.user.pk,
            has_own_page(approval),
        )
        for approval in pending(acting.participant)[:SHOWN]
    ]


def _address(approval: Approval, acting: Acting) -> str:
    """Of the thing, by way of a redirect: asking each kind here would be queries
    without end."""
    if not has_url(approval):
        return ""
    return reverse("approval", args=[acting.participant.code, approval.pk])


def waiting_for(acting: Acting) -> int:
    """How many wait for this person's decision: the count in the menu."""
    if Role.APPROVER not in acting.roles:
        return 0
    return pending(acting.participant).exclude(requested_by=acting.user).count()


def can_decide(approval: Approval, acting: Acting) -> bool:
    """Whether the page offers the decision; the service decides."""
    return (
        approval.status == ApprovalStatus.PENDING
        and Role.APPROVER in acting.roles
        and approval.requested_by_id != acting.user.pk
    )


def latest_of(kind: str, object_pk: uuid.UUID) -> Approval | None:
    """The newest request about a thing: `approval` of templates/approvals/_decide."""
    return (
        Approval.objects.filter(kind=kind, object_pk=object_pk)
        .select_related("requested_by", "decided_by", "participant")
        .order_by("-requested_at")
        .first()
    )

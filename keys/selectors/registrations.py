"""What waits for an approver about an account's keys."""

from collections.abc import Iterable

from django.db.models import Q

from keys import approvals as bound
from keys.models import KeyRegistration, KeyRenewal, SshKey
from portal.approvals.models import Approval, ApprovalStatus


def pending_registration(key: SshKey) -> KeyRegistration | None:
    """Somebody says that HKEX has it, and an approver has not decided."""
    return (
        KeyRegistration.objects.filter(key=key, approval__status=ApprovalStatus.PENDING)
        .select_related("said_by")
        .first()
    )


def said_of(key: SshKey) -> KeyRegistration | None:
    """The record on which we hold the key for registered."""
    return (
        KeyRegistration.objects.filter(key=key, effective_at__isnull=False)
        .select_related("key__account__participant", "key__account__facility")
        .order_by("-effective_at")
        .first()
    )


def pending_approvals(
    keys: Iterable[SshKey], renewal: KeyRenewal | None
) -> list[Approval]:
    """Of registrations of these keys, of taking them back, and of the renewal: one
    query."""
    said = KeyRegistration.objects.filter(key__in=list(keys)).values("pk")
    kinds = (bound.REGISTRATION, bound.REGISTRATION_BACK)
    wanted = Q(kind__in=kinds, object_pk__in=said)
    if renewal is not None:
        wanted |= Q(kind=bound.RENEWAL, object_pk=renewal.pk)
    return list(
        Approval.objects.filter(wanted, status=ApprovalStatus.PENDING)
        .select_related("requested_by", "participant")
        .order_by("requested_at")
    )

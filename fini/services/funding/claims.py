"""Which worker sends a proposal: a lease on its row, in machine time."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from fini.models import FundingProposal
from fini.states import ProposalStatus
from portal import clock

P = ProposalStatus
# Longer than any call to FINI may take; it is renewed before each that sends.
LEASE = dt.timedelta(seconds=120)


class LeaseLost(Exception):
    """Another worker has the proposal: this one touches nothing more."""


def free(real_now: dt.datetime) -> QuerySet[FundingProposal]:
    """Approved, not ended, and nobody's at present."""
    nobody = Q(lease_until=None) | Q(lease_until__lte=real_now)
    return FundingProposal.objects.filter(nobody, status__in=[P.QUEUED, P.SENDING])


def claimed(pk: uuid.UUID) -> FundingProposal | None:
    """The proposal, SENDING and this worker's from now on; None: it is not free."""
    real_now = clock.real_now()
    if (
        not free(real_now)
        .filter(pk=pk)
        .update(status=P.SENDING, holder=uuid.uuid4(), lease_until=real_now + LEASE)
    ):
        return None
    rows = FundingProposal.objects.select_related(
        *("participant", "profile__participant", "profile__company_id", "approval")
    )
    return rows.get(pk=pk)


def held(row: FundingProposal) -> QuerySet[FundingProposal]:
    return FundingProposal.objects.filter(
        pk=row.pk, status=P.SENDING, holder=row.holder
    )


def renew(row: FundingProposal) -> None:
    """Raises LeaseLost."""
    if not held(row).update(lease_until=clock.real_now() + LEASE):
        raise LeaseLost


def rest(
    row: FundingProposal, pause: dt.timedelta, status: ProposalStatus, sentence: str
) -> None:
    """Leave it for a while; the sweep wakes it again."""
    held(row).update(
        status=status,
        holder=None,
        lease_until=clock.real_now() + pause,
        sentence=sentence,
    )

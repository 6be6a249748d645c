"""What a decision about a proposal sets going, and what its own page asks before it."""

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from fini.funding import money
from fini.models import FundingDecision, FundingProposal
from fini.refusals import Refusal
from fini.services.funding import binding, proposals
from fini.services.funding.records import record
from fini.states import DecisionStatus, ProposalStatus
from portal import wakeups
from portal.activity import transaction
from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.approvals.services import CannotDecide
from portal.people.guards import Acting

WAKE = "fini-fund"
P = ProposalStatus
LAPSED = "Nobody decided in time. Nothing was sent."


def register() -> None:
    approvals.register(
        binding.KIND,
        approvals.Consequences(
            payload_sha256=binding.payload,
            approved=_approved,
            declined=_declined,
            lapsed=_lapsed,
            url=lambda approval: path_of(_row(approval)),
            on_own_page=True,  # the total and the code are asked for there
        ),
    )


def path_of(row: FundingProposal) -> str:
    return reverse("fini_proposal", args=[row.participant.code, row.pk])


def check_total(row: FundingProposal, typed: Decimal | None, acting: Acting) -> None:
    """The total that was typed is the one that is asked for, to the cent. Raises
    Refusal, and the try is on the record."""
    wanted = binding.totals_of(row).to_type
    if typed == wanted:
        return
    with transaction.atomic():
        what = "Refuse the approval of {}: another total was typed"
        record(row, what, Status.FAILED, acting.user)
    raise Refusal(
        f"The total is HK$ {money.shown(wanted)}, and that is not what you typed.",
        "Nothing was decided.",
        "See whether it is the total you expect, and type it to the cent.",
    )


def approve(row: FundingProposal, acting: Acting, now: dt.datetime) -> None:
    """By whoever has typed the total and a code: the page has checked both. Raises
    CannotDecide."""
    _decide(row, acting, True, "", now)


def send_back(
    row: FundingProposal, acting: Acting, reason: str, now: dt.datetime
) -> None:
    """Raises CannotDecide, also without a reason."""
    _decide(row, acting, False, reason, now)


def _decide(
    row: FundingProposal, acting: Acting, approve: bool, reason: str, now: dt.datetime
) -> None:
    if row.approval is None:
        raise CannotDecide("No approval was asked for. Nothing was decided.")
    approvals.decide(row.approval, acting.user, approve, reason, now, on_own_page=True)


def _approved(approval: Approval, now: dt.datetime) -> None:
    row = _row(approval)
    if why := binding.changed_rows(row):
        raise CannotDecide(
            f"FINI shows something else by now: {why}. Nothing was decided. "
            "Send it back, so that it is proposed anew."
        )
    waits = FundingProposal.objects.filter(pk=row.pk, status=P.AWAITING_APPROVAL)
    if not waits.update(
        status=P.QUEUED, decided_by=approval.decided_by, decided_at=now
    ):
        raise CannotDecide("It waits for nobody any more. Nothing was decided.")
    FundingDecision.objects.filter(proposal=row, status=DecisionStatus.PROPOSED).update(
        status=DecisionStatus.QUEUED
    )
    wakeups.wake(WAKE, row.pk)
    record(row, "Approve {}", Status.SUCCESSFUL, approval.decided_by)


def _declined(approval: Approval, now: dt.datetime) -> None:
    row = _row(approval)
    proposals.close(row.pk, P.DECLINED, now, approval.reason)
    record(row, "Send {} back", Status.SUCCESSFUL, approval.decided_by)


def _lapsed(approval: Approval, now: dt.datetime) -> None:
    row = _row(approval)
    proposals.close(row.pk, P.LAPSED, now, LAPSED)
    record(row, "Lapse of {}", Status.WARNING)


def _row(approval: Approval) -> FundingProposal:
    rows = FundingProposal.objects.select_related("participant", "profile")
    return rows.get(pk=approval.object_pk)

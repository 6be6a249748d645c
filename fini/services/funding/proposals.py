"""Proposing to confirm or reject funding, with the totals as they are now, and taking
a proposal back."""

import datetime as dt
import uuid

from django.db import IntegrityError
from django.db.models import Max

from fini import names
from fini.funding import money
from fini.models import FundingDecision, FundingProposal, Profile
from fini.refusals import Refusal
from fini.services.funding import alarms, binding
from fini.services.funding.records import record
from fini.services.funding.selection import (
    LONGEST_REASON,
    NOTHING,
    Selection,
    Wanted,
    select,
)
from fini.states import DecisionStatus, ProposalStatus
from portal.activity import transaction
from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.approvals.services import CannotDecide, CannotRequest
from portal.people.guards import Acting
from portal.people.models import Participant

DECIDE_WITHIN = dt.timedelta(days=1)  # where FINI names no earlier deadline
ELSEWHERE = (
    "Something that was selected is in another proposal already.",
    NOTHING,
    "Wait for that one, or withdraw it.",
)


def propose(
    profile: Profile,
    ipo_id: str,
    wanted: Wanted,
    *,
    seen: str,
    reason: str,
    acting: Acting,
    now: dt.datetime,
) -> FundingProposal:
    """`seen`: the hash of the selection that the person was shown. Raises Refusal."""
    selection = select(profile, ipo_id, wanted, now)
    if selection.seen != seen:
        raise Refusal(
            "What was selected has changed since it was shown.",
            NOTHING,
            "Look at the new totals, and propose it again.",
        )
    reason = _reason(selection, reason)
    try:
        with transaction.atomic():
            row = _saved(profile, selection, acting, now)
            _decide_each(row, selection, reason)
            row.approval = _asked(row, selection, acting, now)
            row.save(update_fields=["approval"])
            alarms.superseded(row)
            record(
                row,
                f"Propose {{}}: {_told(selection)}",
                Status.PENDING,
                acting.user,
            )
    except IntegrityError:
        raise Refusal(*ELSEWHERE) from None
    except CannotRequest as why:
        raise Refusal(str(why)) from None
    return row


def withdraw(row: FundingProposal, acting: Acting, now: dt.datetime) -> None:
    """Who proposed it takes it back. Raises Refusal."""
    asked = row.approval
    if asked is None or asked.status != ApprovalStatus.PENDING:
        raise Refusal(
            "It was decided meanwhile.",
            "Nothing was withdrawn.",
            "Load the page again to see what came.",
        )
    try:
        with transaction.atomic():
            approvals.withdraw(asked, now, acting.user)
            close(row.pk, ProposalStatus.WITHDRAWN, now)
            record(row, "Withdraw {}", Status.SUCCESSFUL, acting.user)
    except CannotDecide as why:
        raise Refusal(str(why)) from None


def close(
    pk: uuid.UUID, status: ProposalStatus, now: dt.datetime, sentence: str = ""
) -> None:
    """One that waits for its approval ends without it. Raises CannotDecide."""
    waits = FundingProposal.objects.filter(
        pk=pk, status=ProposalStatus.AWAITING_APPROVAL
    )
    if not waits.update(status=status, ended_at=now, sentence=sentence):
        raise CannotDecide("It waits for nobody any more. Nothing was changed.")
    FundingDecision.objects.filter(proposal=pk, status=DecisionStatus.PROPOSED).update(
        status=DecisionStatus.DROPPED
    )


def _reason(selection: Selection, reason: str) -> str:
    reason = " ".join(reason.split())
    if selection.totals.rejected and not reason:
        raise Refusal(
            "Transactions are to be rejected, and no reason is given.",
            NOTHING,
            "Say why; whoever approves it reads it.",
        )
    if len(reason) > LONGEST_REASON:
        raise Refusal(
            f"The reason is longer than {LONGEST_REASON} characters.",
            NOTHING,
            "Say it shorter.",
        )
    return reason


def _saved(
    profile: Profile, selection: Selection, acting: Acting, now: dt.datetime
) -> FundingProposal:
    # The lock lets two who propose at once have two numbers.
    participant = Participant.objects.select_for_update(no_key=True).get(
        pk=profile.participant_id
    )
    rows = FundingProposal.objects.filter(participant=participant)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    return FundingProposal.objects.create(
        participant=participant,
        profile=profile,
        number=last + 1,
        ipo_id=selection.ipo_id,
        confirm_total=selection.totals.confirm_total,
        reject_total=selection.totals.reject_total,
        fetched_at=selection.fetched_at,
        proposed_by=acting.user,
        proposed_at=now,
        deadline=selection.deadline,
    )


def _decide_each(row: FundingProposal, selection: Selection, reason: str) -> None:
    FundingDecision.objects.bulk_create(
        [
            FundingDecision(
                proposal=row,
                line=one.line,
                transaction_ref=one.line.transaction_ref,
                code=one.code,
                amount=one.amount,
                bank=one.line.bank,
                reason=reason if one.code == names.FUNDING_REJECTED else "",
            )
            for one in selection.chosen
        ],
        batch_size=500,
    )


def _asked(
    row: FundingProposal, selection: Selection, acting: Acting, now: dt.datetime
) -> Approval:
    latest = now + DECIDE_WITHIN
    return approvals.request(
        binding.KIND,
        row.pk,
        binding.payload(row.pk),
        min(row.deadline, latest) if row.deadline else latest,
        participant=row.participant,
        subject=f"EIPO funding, proposal {row.number} ({_told(selection)})",
        requested_by=acting.user,
        now=now,
    )


def _told(selection: Selection) -> str:
    """confirm 4 with HK$ 13,622,445.00, reject 1 with HK$ 252,267.50"""
    sums = selection.totals
    parts = [
        f"{verb} {number:,} with HK$ {money.shown(total)}"
        for verb, number, total in (
            ("confirm", sums.confirmed, sums.confirm_total),
            ("reject", sums.rejected, sums.reject_total),
        )
        if number
    ]
    return ", ".join(parts)

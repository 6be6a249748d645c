"""A second pair of eyes on a batch: what it binds, who decides, what moves with it."""

import datetime as dt

import pytest

from fini.models import Batch, EipoSubscription
from fini.refusals import Refusal
from fini.services import batch_approvals
from fini.states import BatchStatus, SubscriptionStatus
from portal import clock
from portal.activity.models import Activity
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.models import Participant, User
from tests.fini import batch_builders as b

B, S = BatchStatus, SubscriptionStatus


def ask(batch: Batch, user: User, *, leave_out: bool = False) -> Batch:
    as_user = b.acting(user, batch.participant)
    return batch_approvals.ask(batch, as_user, clock.now(), leave_out=leave_out)


def withdraw(batch: Batch, user: User) -> Batch:
    as_user = b.acting(user, batch.participant)
    return batch_approvals.withdraw(batch, as_user, clock.now())


def decide(user: User, approve: bool = True, reason: str = "") -> Approval:
    asked = Approval.objects.select_related("participant", "requested_by").get(
        status=ApprovalStatus.PENDING
    )
    return approvals.decide(asked, user, approve, reason, clock.now())


def statuses(batch: Batch) -> set[str]:
    return {row.status for row in b.records(batch)}


def test_another_person_approves_and_the_records_are_queued(
    alice: User, bob: User, participant: Participant
) -> None:
    batch = ask(b.checked(alice, b.profile(participant)), alice)
    assert (batch.status, statuses(batch)) == (B.AWAITING_APPROVAL, {S.DRAFTED})
    decide(bob)
    batch = b.again(batch)
    assert (batch.status, statuses(batch)) == (B.QUEUED, {S.QUEUED})
    assert batch.decided_by == bob


def test_who_asked_never_approves(alice: User, participant: Participant) -> None:
    alice.memberships.update(is_approver=True)
    batch = ask(b.checked(alice, b.profile(participant)), alice)
    with pytest.raises(approvals.CannotDecide, match="asked for this yourself"):
        decide(alice)
    assert b.again(batch).status == B.AWAITING_APPROVAL


def test_without_approval_it_is_queued_at_once(
    alice: User, participant: Participant
) -> None:
    participant.approval_required = False
    participant.save()
    batch = ask(b.checked(alice, b.profile(participant)), alice)
    assert (batch.status, statuses(batch)) == (B.QUEUED, {S.QUEUED})
    assert not Approval.objects.exists()


def test_rows_with_problems_stay_behind_only_when_somebody_says_so(
    alice: User, participant: Participant
) -> None:
    lines = (b.line(), b.line(appQuantity="0"))
    batch = b.checked(alice, b.profile(participant), *lines)
    with pytest.raises(Refusal, match="Rows with problems: 1"):
        ask(batch, alice)
    assert b.again(batch).status == B.CHECKED
    ask(batch, alice, leave_out=True)
    assert "without 1 kept back" in Approval.objects.get().subject


def test_without_a_fit_row_nothing_is_asked(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(alice, b.profile(participant), b.line(appQuantity="0"))
    with pytest.raises(Refusal, match="No row of it"):
        ask(batch, alice, leave_out=True)


@pytest.mark.parametrize(
    "changed", [{"records_sha256": "0" * 64}, {"act": "invalidate"}, {"totals": {}}]
)
def test_the_decision_binds_what_was_seen(
    changed: dict[str, object], alice: User, bob: User, participant: Participant
) -> None:
    batch = ask(b.checked(alice, b.profile(participant)), alice)
    Batch.objects.filter(pk=batch.pk).update(**changed)
    with pytest.raises(approvals.CannotDecide, match="has changed since"):
        decide(bob)
    assert statuses(batch) == {S.DRAFTED}


def test_a_record_more_or_less_ends_the_decision(
    alice: User, bob: User, participant: Participant
) -> None:
    lines = (b.line(), b.line())
    batch = ask(b.checked(alice, b.profile(participant), *lines), alice)
    EipoSubscription.objects.filter(row=2).update(status=S.WITHDRAWN)
    with pytest.raises(approvals.CannotDecide, match="has changed since"):
        decide(bob)
    assert b.again(batch).status == B.AWAITING_APPROVAL


def test_declined_and_lapsed_batches_free_their_own_references(
    alice: User, bob: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    first = ask(b.checked(alice, profile, b.line("CL-1")), alice)
    decide(bob, approve=False, reason="The wrong IPO")
    assert b.again(first).sentence == "The wrong IPO"
    second = ask(b.checked(alice, profile, b.line("CL-1")), alice)
    approvals.lapse_due(clock.now() + dt.timedelta(days=2))
    assert [b.again(x).status for x in (first, second)] == [B.DECLINED, B.LAPSED]
    assert statuses(first) | statuses(second) == {S.WITHDRAWN}
    assert b.checked(alice, profile, b.line("CL-1")).totals["fit"] == 1


def test_of_two_batches_with_one_own_reference_one_is_sent(
    alice: User, bob: User, participant: Participant
) -> None:
    """Both were read at once, and neither saw the other."""
    profile = b.profile(participant)
    first = b.checked(alice, profile, b.line("CL-1"))
    second = b.checked(alice, profile, b.line("CL-2"))
    EipoSubscription.objects.update(own_ref="CL-1")
    ask(second, alice)
    participant.approval_required = False
    participant.save()
    ask(b.again(first), alice)
    with pytest.raises(approvals.CannotDecide, match="own reference CL-1"):
        decide(bob)
    assert statuses(second) == {S.DRAFTED}


def test_a_withdrawn_batch_is_never_sent(
    alice: User, bob: User, participant: Participant
) -> None:
    batch = ask(b.checked(alice, b.profile(participant)), alice)
    withdraw(batch, alice)
    assert (b.again(batch).status, statuses(batch)) == (B.WITHDRAWN, {S.WITHDRAWN})
    assert Approval.objects.get().status == ApprovalStatus.WITHDRAWN
    with pytest.raises(Refusal, match="moved on meanwhile"):
        ask(b.again(batch), alice)


def test_a_queued_batch_is_withdrawn_unless_part_of_it_was_sent(
    alice: User, bob: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    whole, part = (b.checked(alice, profile, b.line(), b.line()) for _ in range(2))
    for batch in (whole, part):
        ask(batch, alice)
        decide(bob)
    EipoSubscription.objects.filter(batch=part, row=2).update(status=S.RECORDED)
    withdraw(b.again(whole), alice)
    assert statuses(whole) == {S.WITHDRAWN}
    with pytest.raises(Refusal, match="Part of it was sent"):
        withdraw(b.again(part), alice)
    assert b.again(part).status == B.QUEUED


def test_an_uploaded_file_that_is_withdrawn_is_emptied(
    alice: User, participant: Participant
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    withdraw(batch, alice)
    assert bytes(b.again(batch).sealed_file) == b""


def test_activity_names_counts_and_nobody(
    alice: User, bob: User, participant: Participant
) -> None:
    line = b.line("CL-1", idType="1", idNum="A123456(3)", fullNameEng="LEE SIU LUNG")
    ask(b.checked(alice, b.profile(participant), line), alice)
    decide(bob)
    told = " ".join(Activity.objects.values_list("description", flat=True))
    for step in ("Upload", "Choose the columns of", "Check", "Ask for", "Queue"):
        assert f"{step} " in told
    assert "[1] records" in told
    assert "A123456" not in told
    assert "SIU LUNG" not in told

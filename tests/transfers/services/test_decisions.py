"""What a person says of an unconfirmed submission, and that two must say it."""

import datetime as dt

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.guards import Acting
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Decision, DecisionKind, Submission
from transfers.services import decisions, looks, notices
from transfers.services.refusals import DuplicateContent, Refusal
from transfers.states import SubmissionStatus

S = SubmissionStatus
K = DecisionKind
REASON = "Ms Lee of HKEX, by telephone at 15:10"


@pytest.fixture
def unclear(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    row = builders.submission(alice, account, ce_number, S.UNCONFIRMED)
    notices.unconfirmed(row, "The line broke.")
    return row


def decide(row: Submission, acting: Acting, kind: K) -> Decision:
    return decisions.decide(row, acting, kind, REASON, None, clock.now())


def open_alerts() -> list[str]:
    return [alert.kind for alert in Alert.objects.filter(resolved_at=None)]


@pytest.mark.parametrize("kind", [K.SAID_RECEIVED, K.ABANDONED])
def test_a_second_person_is_asked_even_where_submissions_need_none(
    unclear: Submission, as_alice: Acting, kind: K
) -> None:
    as_alice.participant.approval_required = False
    as_alice.participant.save()
    decision = decide(unclear, as_alice, kind)
    unclear.refresh_from_db()
    assert unclear.status == S.UNCONFIRMED
    assert decision.approval is not None
    assert decision.effective_at is None


@pytest.mark.parametrize(
    ("kind", "state"),
    [(K.SAID_RECEIVED, S.SAID_RECEIVED), (K.ABANDONED, S.ABANDONED)],
)
def test_approved_it_acts_and_the_alert_is_over(
    unclear: Submission, as_alice: Acting, bob: User, kind: K, state: S
) -> None:
    decision = decide(unclear, as_alice, kind)
    assert decision.approval is not None
    approvals.decide(decision.approval, bob, True, "", clock.now())
    unclear.refresh_from_db()
    decision.refresh_from_db()
    assert unclear.status == state
    assert decision.effective_at is not None
    assert open_alerts() == []


def test_declined_it_stays_unconfirmed_with_its_alert(
    unclear: Submission, as_alice: Acting, bob: User
) -> None:
    decision = decide(unclear, as_alice, K.ABANDONED)
    assert decision.approval is not None
    approvals.decide(decision.approval, bob, False, "ask again", clock.now())
    unclear.refresh_from_db()
    assert unclear.status == S.UNCONFIRMED
    assert open_alerts() == ["submission-unconfirmed"]


def test_a_result_that_comes_first_makes_the_request_moot(
    unclear: Submission, as_alice: Acting, bob: User
) -> None:
    decision = decide(unclear, as_alice, K.ABANDONED)
    Submission.objects.filter(pk=unclear.pk).update(status=S.ACCEPTED)
    assert decision.approval is not None
    with pytest.raises(approvals.CannotDecide):
        approvals.decide(decision.approval, bob, True, "", clock.now())


def test_only_one_decision_waits_at_a_time(
    unclear: Submission, as_alice: Acting
) -> None:
    decide(unclear, as_alice, K.ABANDONED)
    with pytest.raises(Refusal):
        decide(unclear, as_alice, K.SAID_RECEIVED)
    assert Approval.objects.count() == 1


def test_a_decision_needs_a_reason(unclear: Submission, as_alice: Acting) -> None:
    with pytest.raises(Refusal):
        decisions.decide(unclear, as_alice, K.ABANDONED, "  ", None, clock.now())


def test_what_is_not_unconfirmed_is_not_decided(
    as_alice: Acting, draft: Submission
) -> None:
    with pytest.raises(Refusal):
        decide(draft, as_alice, K.ABANDONED)


def test_keep_waiting_acts_at_once_and_looks_until_then(
    unclear: Submission, as_alice: Acting, account: SftpAccount
) -> None:
    now = clock.now()
    until = now + dt.timedelta(minutes=30)
    decisions.decide(unclear, as_alice, K.KEEP_WAITING, REASON, until, now)
    unclear.refresh_from_db()
    account.refresh_from_db()
    assert unclear.look_until is not None
    left = unclear.look_until - clock.real_now()
    assert dt.timedelta(minutes=29) < left <= dt.timedelta(minutes=30)
    assert account.visit_due_at is not None
    assert open_alerts() == []


def test_when_the_waiting_is_over_the_person_is_asked_again(
    unclear: Submission, as_alice: Acting
) -> None:
    now = clock.now()
    until = now + dt.timedelta(minutes=30)
    decisions.decide(unclear, as_alice, K.KEEP_WAITING, REASON, until, now)
    Submission.objects.update(look_until=clock.real_now())
    assert looks.ask_again() == 1
    assert open_alerts() == ["submission-unconfirmed"]


@pytest.mark.parametrize("until", [None, dt.timedelta(minutes=-1)])
def test_waiting_needs_a_time_to_come(
    unclear: Submission, as_alice: Acting, until: dt.timedelta | None
) -> None:
    now = clock.now()
    wait_until = None if until is None else now + until
    with pytest.raises(Refusal):
        decisions.decide(unclear, as_alice, K.KEEP_WAITING, REASON, wait_until, now)


@pytest.mark.parametrize("state", [S.ABANDONED, S.REJECTED, S.FAILED])
def test_a_resubmission_is_a_new_draft_that_replaces_the_old_one(
    alice: User, as_alice: Acting, account: SftpAccount, ce_number: Identity, state: S
) -> None:
    old = builders.submission(alice, account, ce_number, state)
    new = decisions.resubmit(old, as_alice, clock.now())
    assert new.replaces == old
    assert (new.status, new.sha256) == (S.DRAFT, old.sha256)


def test_one_replacement_at_a_time(
    alice: User, as_alice: Acting, account: SftpAccount, ce_number: Identity
) -> None:
    old = builders.submission(alice, account, ce_number, S.ABANDONED)
    decisions.resubmit(old, as_alice, clock.now())
    with pytest.raises(DuplicateContent):
        decisions.resubmit(old, as_alice, clock.now())


@pytest.mark.parametrize("state", [S.UNCONFIRMED, S.ACCEPTED, S.SAID_RECEIVED])
def test_what_hkex_may_have_is_not_resubmitted(
    alice: User, as_alice: Acting, account: SftpAccount, ce_number: Identity, state: S
) -> None:
    old = builders.submission(alice, account, ce_number, state)
    with pytest.raises(Refusal):
        decisions.resubmit(old, as_alice, clock.now())

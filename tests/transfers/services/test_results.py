"""What a result file makes of a submission."""

import datetime as dt

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.activity.models import Activity, Status
from portal.alerts.models import Alert
from portal.approvals.models import Approval, ApprovalStatus
from portal.exchange.hktime import hk_hhmmss
from portal.exchange.results import ResultName
from portal.people.guards import Acting
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import AttemptOutcome, DecisionKind, ResultFile, Submission
from transfers.services import decisions, notices, results
from transfers.states import SubmissionStatus
from transfers.visit import lease as leases
from transfers.visit.lease import Held, LeaseLost

S = SubmissionStatus
AGO = dt.timedelta(minutes=1)


@pytest.fixture
def lease(account: SftpAccount) -> Held:
    held = leases.take(account.pk)
    assert held is not None
    return held


@pytest.fixture
def waiting(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    status = S.AWAITING_ACKNOWLEDGMENT
    row = builders.submission(alice, account, ce_number, status)
    builders.opened(row, clock.now() - AGO, outcome=AttemptOutcome.DELIVERED)
    return row


def answer(
    lease: Held,
    of: Submission,
    content: bytes,
    kind: str = "rcvd",
    seq: str = "",
    ago: dt.timedelta = dt.timedelta(0),
) -> ResultFile | None:
    """HKEX puts a result file into the submission's folder."""
    file_name = f"{of.file_name}.{hk_hhmmss(clock.now() - ago)}{seq}.{kind}"
    name = ResultName.parse(file_name)
    assert name is not None
    found = results.Found(of.folder, file_name, name, len(content), content, None)
    return results.keep(lease, of.account, found, clock.now())


def acknowledge(lease: Held, of: Submission, seq: str = "") -> ResultFile | None:
    return answer(lease, of, f"{of.sha256}\r\n".encode(), seq=seq)


def open_alerts() -> set[str]:
    return set(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))


def test_our_checksum_is_accepted_in_either_case(
    lease: Held, waiting: Submission
) -> None:
    answer(lease, waiting, waiting.sha256.lower().encode())
    waiting.refresh_from_db()
    assert (waiting.status, waiting.checksum_received) == (S.ACCEPTED, waiting.sha256)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"0" * 64, b"not a checksum"])
def test_anything_else_is_mismatched(
    lease: Held, waiting: Submission, content: bytes
) -> None:
    answer(lease, waiting, content)
    waiting.refresh_from_db()
    assert waiting.status == S.MISMATCHED
    assert open_alerts() == {"submission-mismatched"}


def test_the_same_file_is_stored_once(
    lease: Held, waiting: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()  # of which the name is made
    monkeypatch.setattr(clock, "now", lambda: now)
    assert acknowledge(lease, waiting) is not None
    assert acknowledge(lease, waiting) is None
    assert open_alerts() == set()


def test_a_second_answer_is_an_alarm_and_the_state_stays(
    lease: Held, waiting: Submission
) -> None:
    acknowledge(lease, waiting)
    answer(lease, waiting, b"4007 no", "rej", seq=".1")
    waiting.refresh_from_db()
    alert = Alert.objects.get(kind="double-result")
    assert waiting.status == S.ACCEPTED
    assert "4007 no" in alert.body
    assert Activity.objects.order_by("seq").last().status == Status.WARNING  # type: ignore[union-attr]


def test_a_file_that_answers_nothing_is_kept_and_told(
    lease: Held, waiting: Submission
) -> None:
    kept = answer(lease, waiting, b"x", ago=dt.timedelta(minutes=30))
    waiting.refresh_from_db()
    assert waiting.status == S.AWAITING_ACKNOWLEDGMENT
    assert kept is not None
    assert kept.submission is None
    assert open_alerts() == {"result-unmatched"}


@pytest.mark.ledger("ECP-15/P")
def test_an_answer_in_another_accounts_box_is_not_for_this_one(
    lease: Held, waiting: Submission
) -> None:
    other = builders.account(waiting.participant)
    theirs = leases.take(other.pk)
    assert theirs is not None
    mine, waiting.account = waiting.account, other
    acknowledge(theirs, waiting)
    waiting.account = mine
    waiting.refresh_from_db()
    assert waiting.status == S.AWAITING_ACKNOWLEDGMENT
    assert open_alerts() == {"result-unmatched"}


def test_an_attempt_that_hkex_refused_has_no_answer(
    lease: Held, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, S.FAILED)
    builders.opened(row, clock.now() - AGO, outcome=AttemptOutcome.REFUSED)
    acknowledge(lease, row)
    row.refresh_from_db()
    assert row.status == S.FAILED
    assert open_alerts() == {"result-unmatched"}


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        (S.UNCONFIRMED, "rcvd", S.ACCEPTED),
        (S.UNCONFIRMED, "rej", S.REJECTED),
        (S.SAID_RECEIVED, "rcvd", S.ACCEPTED),
        (S.ABANDONED, "rcvd", S.ACCEPTED),
        (S.ABANDONED, "rej", S.REJECTED),
    ],
)
def test_a_late_file_decides(
    lease: Held, waiting: Submission, before: S, kind: str, after: S
) -> None:
    Submission.objects.filter(pk=waiting.pk).update(status=before)
    answer(lease, waiting, waiting.sha256.encode(), kind)
    waiting.refresh_from_db()
    assert waiting.status == after


def test_a_late_file_for_what_was_replaced_is_an_alarm(
    lease: Held, waiting: Submission, as_alice: Acting
) -> None:
    Submission.objects.filter(pk=waiting.pk).update(status=S.ABANDONED)
    waiting.refresh_from_db()
    decisions.resubmit(waiting, as_alice, clock.now())
    acknowledge(lease, waiting)
    waiting.refresh_from_db()
    assert waiting.status == S.ACCEPTED
    assert open_alerts() == {"double-result"}


def test_another_checksum_for_what_was_given_up_changes_nothing_but_is_told(
    lease: Held, waiting: Submission
) -> None:
    Submission.objects.filter(pk=waiting.pk).update(status=S.ABANDONED)
    answer(lease, waiting, b"0" * 64)
    waiting.refresh_from_db()
    assert waiting.status == S.ABANDONED
    assert open_alerts() == {"submission-mismatched"}


def test_an_answer_withdraws_the_decision_that_waits(
    lease: Held, waiting: Submission, as_alice: Acting
) -> None:
    Submission.objects.filter(pk=waiting.pk).update(status=S.UNCONFIRMED)
    notices.unconfirmed(waiting, "The line broke.")
    waiting.refresh_from_db()
    kind = DecisionKind.ABANDONED
    decisions.decide(waiting, as_alice, kind, "asked HKEX", None, clock.now())
    acknowledge(lease, waiting)
    waiting.refresh_from_db()
    assert waiting.status == S.ACCEPTED
    assert Approval.objects.get().status == ApprovalStatus.WITHDRAWN
    assert open_alerts() == set()


def test_an_accepted_file_settles_the_rejected_one_before_it(
    lease: Held,
    waiting: Submission,
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
) -> None:
    earlier = builders.submission(alice, account, ce_number, S.REJECTED)
    notices.rejected(earlier, "4007 File name contains invalid characters")
    acknowledge(lease, waiting)
    assert open_alerts() == set()


def test_under_an_old_fence_nothing_is_kept(lease: Held, waiting: Submission) -> None:
    old = Held(lease.account_pk, lease.holder, lease.fence - 1)
    with pytest.raises(LeaseLost):
        acknowledge(old, waiting)
    waiting.refresh_from_db()
    assert waiting.status == S.AWAITING_ACKNOWLEDGMENT
    assert not ResultFile.objects.exists()

"""Creating, sending, approving, withdrawing, lapsing."""

import datetime as dt

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from keys.models import Environment, Facility, Platform, SftpAccount
from portal import clock
from portal.activity.models import Activity
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.models import FileUpload, Submission, UploadStatus
from transfers.services import submissions
from transfers.services.refusals import DuplicateContent, Refusal
from transfers.states import CONTENT_FREE, MoveNotAllowed, SubmissionStatus

S = SubmissionStatus
LATER = dt.timedelta(hours=3)


def create(acting: Acting, account: SftpAccount, upload: FileUpload) -> Submission:
    return submissions.create(
        acting,
        account=account,
        identity=acting.participant.identities.get(kind="ce_number"),
        file_id="HBCNMAPP",
        upload=upload,
        now=clock.now(),
    )


@pytest.mark.ledger("ECP-02/P")
@pytest.mark.parametrize(
    ("file_id", "kind", "folder"),
    [
        ("HBCNMAPP", "ce_number", "/submission/HBCNMAPP"),
        ("HBCNATBN", "ce_number", "/submission/HBCNRFELR"),
        ("HBCNBCBN", "ce_number", "/submission/HBCNRFELR"),
        ("HBCNLQBN", "firm_id", "/submission/HBCNRFEO"),
        ("HBCNERBN", "firm_id", "/submission/HBCNRFEO"),
        ("HBCNOTBN", "firm_id", "/submission/HBCNRFEO"),
    ],
)
def test_each_file_id_has_its_folder(
    as_alice: Acting,
    account: SftpAccount,
    alice: User,
    file_id: str,
    kind: str,
    folder: str,
) -> None:
    identity = as_alice.participant.identities.get(kind=kind)
    made = submissions.create(
        as_alice,
        account=account,
        identity=identity,
        file_id=file_id,
        upload=builders.upload(alice, identity, file_id=file_id),
        now=clock.now(),
    )
    assert made.folder == folder


def test_a_draft_knows_its_day_and_when_its_window_closes(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    made = create(as_alice, account, builders.upload(alice, ce_number))
    assert made.status == S.DRAFT
    assert made.day == clock.today()
    assert made.window_closes_at > clock.now()


def test_references_count_up_within_the_participant(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    first = create(as_alice, account, builders.upload(alice, ce_number))
    second = create(as_alice, account, builders.upload(alice, ce_number))
    year = clock.today().year
    assert first.reference == f"SUB-{year}-000001"
    assert second.reference == f"SUB-{year}-000002"


@pytest.mark.parametrize("earlier", sorted(set(S) - CONTENT_FREE))
def test_the_same_bytes_are_refused_while_hkex_may_have_them(
    as_alice: Acting,
    account: SftpAccount,
    alice: User,
    ce_number: Identity,
    earlier: S,
) -> None:
    first = builders.submission(alice, account, ce_number, earlier, b"the same")
    with pytest.raises(DuplicateContent) as refused:
        create(as_alice, account, builders.upload(alice, ce_number, b"the same"))
    assert refused.value.earlier == first


@pytest.mark.parametrize("earlier", sorted(CONTENT_FREE))
def test_the_same_bytes_pass_when_hkex_has_them_not_or_does_not_want_them(
    as_alice: Acting,
    account: SftpAccount,
    alice: User,
    ce_number: Identity,
    earlier: S,
) -> None:
    builders.submission(alice, account, ce_number, earlier, b"the same")
    upload = builders.upload(alice, ce_number, b"the same")
    assert create(as_alice, account, upload).status == S.DRAFT


def test_the_same_bytes_pass_in_another_environment(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    tested = Facility.objects.create(
        name="ECP test", platform=Platform.ECP, environment=Environment.TEST
    )
    there = builders.account(as_alice.participant, tested)
    builders.submission(alice, there, ce_number, S.ACCEPTED, b"the same")
    upload = builders.upload(alice, ce_number, b"the same")
    assert create(as_alice, account, upload).status == S.DRAFT


def test_an_upload_that_is_not_whole_is_refused(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    half = builders.upload(alice, ce_number, status=UploadStatus.OPEN)
    with pytest.raises(Refusal):
        create(as_alice, account, half)
    assert not Submission.objects.exists()


def test_an_account_of_another_participant_is_refused(
    as_alice: Acting, alice: User, ce_number: Identity, other_participant: Participant
) -> None:
    theirs = builders.account(other_participant)
    with pytest.raises(Refusal):
        create(as_alice, theirs, builders.upload(alice, ce_number))


def test_an_identity_that_is_not_ones_own_is_refused(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    as_alice.membership.identities.remove(ce_number)
    with pytest.raises(Refusal):
        create(as_alice, account, builders.upload(alice, ce_number))


def test_sending_asks_a_second_person(as_alice: Acting, draft: Submission) -> None:
    submissions.send(draft, as_alice, clock.now())
    approval = Approval.objects.get(kind="submission", object_pk=draft.pk)
    assert draft.status == S.AWAITING_APPROVAL
    assert approval.expires_at == draft.window_closes_at


def test_without_approval_sending_queues_and_asks_for_a_visit(
    as_alice: Acting,
    draft: Submission,
    account: SftpAccount,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    as_alice.participant.approval_required = False
    with django_capture_on_commit_callbacks() as after_commit:
        submissions.send(draft, as_alice, clock.now())
    account.refresh_from_db()
    assert draft.status == S.QUEUED
    assert account.visit_due_at is not None
    assert after_commit


def test_after_the_window_nothing_is_sent(as_alice: Acting, draft: Submission) -> None:
    with pytest.raises(Refusal):
        submissions.send(draft, as_alice, clock.now() + LATER)
    draft.refresh_from_db()
    assert draft.status == S.DRAFT


def sent(acting: Acting, draft: Submission) -> Approval:
    submissions.send(draft, acting, clock.now())
    return Approval.objects.get(kind="submission", object_pk=draft.pk)


def test_the_approver_puts_it_into_the_queue(
    as_alice: Acting, bob: User, draft: Submission
) -> None:
    approvals.decide(sent(as_alice, draft), bob, True, "", clock.now())
    draft.refresh_from_db()
    assert draft.status == S.QUEUED


def test_the_approver_may_decline(
    as_alice: Acting, bob: User, draft: Submission
) -> None:
    approvals.decide(sent(as_alice, draft), bob, False, "old file", clock.now())
    draft.refresh_from_db()
    assert (draft.status, draft.sentence) == (S.DECLINED, "old file")


@pytest.mark.parametrize(
    "change",
    [
        {"file_name": "HBCNMAPP_AAA000_20200101.zip"},
        {"sha256": "0" * 64},
        {"size": 1},
        {"file_id": "HBCNATBN"},
    ],
)
def test_the_approval_binds_what_was_seen(
    as_alice: Acting, bob: User, draft: Submission, change: dict[str, object]
) -> None:
    approval = sent(as_alice, draft)
    Submission.objects.filter(pk=draft.pk).update(**change)
    with pytest.raises(approvals.CannotDecide):
        approvals.decide(approval, bob, True, "", clock.now())
    draft.refresh_from_db()
    assert draft.status == S.AWAITING_APPROVAL


def test_withdrawing_takes_the_request_back_too(
    as_alice: Acting, draft: Submission
) -> None:
    approval = sent(as_alice, draft)
    submissions.withdraw(draft, as_alice, clock.now())
    approval.refresh_from_db()
    assert draft.status == S.WITHDRAWN
    assert approval.status == ApprovalStatus.WITHDRAWN


def test_what_is_on_its_way_cannot_be_withdrawn(
    as_alice: Acting, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, S.UPLOADING)
    with pytest.raises(MoveNotAllowed):
        submissions.withdraw(row, as_alice, clock.now())


def test_what_nobody_approved_lapses_with_its_window(
    as_alice: Acting, draft: Submission
) -> None:
    approval = sent(as_alice, draft)
    assert submissions.lapse_due(clock.now() + LATER) == 1
    draft.refresh_from_db()
    approval.refresh_from_db()
    assert draft.status == S.LAPSED
    assert approval.status == ApprovalStatus.LAPSED


def test_what_could_not_be_sent_lapses_and_is_an_alert(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, S.QUEUED)
    assert submissions.lapse_due(clock.now() + LATER) == 1
    row.refresh_from_db()
    assert row.status == S.LAPSED
    assert Alert.objects.get(key=str(row.pk)).kind == "submission-lapsed"


def test_every_service_leaves_an_activity(
    as_alice: Acting, account: SftpAccount, alice: User, ce_number: Identity
) -> None:
    made = create(as_alice, account, builders.upload(alice, ce_number))
    submissions.send(made, as_alice, clock.now())
    submissions.withdraw(made, as_alice, clock.now())
    states = [
        row.refs["state"]
        for row in Activity.objects.filter(kind="Submission").order_by("seq")
    ]
    assert states == ["draft", "awaiting_approval", "withdrawn"]

"""Moving: once, by the table, under the fence, with its Activity."""

from contextlib import suppress

import pytest

from keys.models import SftpAccount
from portal.activity import transaction
from portal.activity.models import Activity, Endpoint, Kind, Status
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Submission
from transfers.services.moves import move, record
from transfers.states import MOVES, MoveNotAllowed, SubmissionStatus

S = SubmissionStatus


@pytest.mark.parametrize("after", list(S))
def test_the_row_moves_by_the_table_and_not_otherwise(
    draft: Submission, after: S
) -> None:
    moved = set()
    for before in S:
        Submission.objects.filter(pk=draft.pk).update(status=before)
        row = Submission.objects.get(pk=draft.pk)
        with suppress(MoveNotAllowed), transaction.atomic():
            move(row, after)
            moved.add(before)
        draft.refresh_from_db()
        assert draft.status == (after if before in moved else before)
    assert moved == {before for before in S if after in MOVES.get(before, ())}


def test_who_has_read_an_older_state_moves_nothing(draft: Submission) -> None:
    mine = Submission.objects.get(pk=draft.pk)
    with transaction.atomic():
        move(draft, S.QUEUED)
    with pytest.raises(MoveNotAllowed), transaction.atomic():
        move(mine, S.WITHDRAWN)


def test_an_old_fence_changes_nothing(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, S.UPLOADING, fence=7)
    with pytest.raises(MoveNotAllowed), transaction.atomic():
        move(row, S.FAILED, fence=6)
    row.refresh_from_db()
    assert row.status == S.UPLOADING


@pytest.mark.ledger("ECP-31")
def test_the_activity_has_ecps_own_wording(draft: Submission) -> None:
    with transaction.atomic():
        move(draft, S.QUEUED)
    row = Activity.objects.get(kind=Kind.SUBMISSION)
    assert row.description == (
        f"Submit [HBCNMAPP] File with Filename [{draft.file_name}], "
        f"checksum [{draft.sha256}]"
    )


@pytest.mark.ledger("ECP-35")
@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (S.AWAITING_APPROVAL, S.QUEUED, Status.QUEUED),
        (S.QUEUED, S.UPLOADING, Status.UPLOADING),
        (S.UPLOADING, S.AWAITING_ACKNOWLEDGMENT, Status.AWAITING_ACKNOWLEDGMENT),
        (S.AWAITING_ACKNOWLEDGMENT, S.ACCEPTED, Status.SUCCESSFUL),
        (S.AWAITING_ACKNOWLEDGMENT, S.REJECTED, Status.FAILED),
        (S.AWAITING_ACKNOWLEDGMENT, S.UNCONFIRMED, Status.UNCONFIRMED),
        (S.UPLOADING, S.FAILED, Status.FAILED),
    ],
)
def test_every_state_is_in_the_activity_log_with_its_status(
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    before: S,
    after: S,
    status: Status,
) -> None:
    row = builders.submission(alice, account, ce_number, before)
    with transaction.atomic():
        move(row, after)
    told = Activity.objects.get(kind=Kind.SUBMISSION)
    assert told.status == status
    assert told.endpoint == Endpoint.SFTP
    assert told.refs["submission"] == str(row.pk)


def test_only_what_waits_for_a_person_is_called_awaiting_approval(
    draft: Submission,
) -> None:
    with transaction.atomic():
        move(draft, S.AWAITING_APPROVAL)
    assert Activity.objects.get(kind=Kind.SUBMISSION).status == "Awaiting approval"


def test_what_a_person_says_of_an_unconfirmed_one_is_no_act_of_the_exchange(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, S.UNCONFIRMED)
    with transaction.atomic():
        record(row, user=alice)
    assert Activity.objects.get(kind=Kind.SUBMISSION).endpoint == Endpoint.WEB


def test_open_pages_are_told_of_the_list_and_of_the_one(draft: Submission) -> None:
    with transaction.atomic():
        move(draft, S.QUEUED)
    topics = set(Activity.objects.get(kind=Kind.SUBMISSION).topics)
    assert {"submissions", f"submission:{draft.pk}", "alerts"} <= topics

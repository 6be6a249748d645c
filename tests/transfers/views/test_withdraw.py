"""Withdrawing asks first, and is possible only while HKEX has nothing."""

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Submission
from transfers.services.refusals import Refusal
from transfers.states import SubmissionStatus

S = SubmissionStatus


@pytest.fixture
def queued(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return builders.submission(alice, account, ce_number, S.QUEUED)


def address(row: Submission) -> str:
    return f"/p/CP00010/submissions/{row.pk}/withdraw/"


def test_it_asks_first(by_alice: Client, queued: Submission) -> None:
    page = by_alice.get(address(queued)).content.decode()
    assert f"Withdraw {queued.reference}?" in page
    queued.refresh_from_db()
    assert queued.status == S.QUEUED


def test_then_it_is_withdrawn(by_alice: Client, queued: Submission) -> None:
    by_alice.post(address(queued))
    queued.refresh_from_db()
    assert queued.status == S.WITHDRAWN


@pytest.mark.parametrize("status", [S.UPLOADING, S.ACCEPTED, S.UNCONFIRMED])
def test_what_is_on_its_way_is_not_withdrawn(
    by_alice: Client, queued: Submission, status: SubmissionStatus
) -> None:
    Submission.objects.update(status=status)
    answer = by_alice.post(address(queued), follow=True)
    assert "It cannot be withdrawn any more." in answer.content.decode()
    queued.refresh_from_db()
    assert queued.status == status


def test_an_approver_who_is_faster_is_no_error(
    by_alice: Client, queued: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided(*_: object) -> None:
        raise Refusal("This request was approved. Nothing changes. Read on.")

    monkeypatch.setattr("transfers.services.submissions.withdraw", decided)
    answer = by_alice.post(address(queued), follow=True)
    assert "It cannot be withdrawn any more." in answer.content.decode()

"""The same file once more, after a person said that HKEX does not have it."""

import datetime as dt

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus


@pytest.fixture
def abandoned(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return builders.submission(alice, account, ce_number, S.ABANDONED)


def address(row: Submission) -> str:
    return f"/p/CP00010/submissions/{row.pk}/again/"


def test_an_abandoned_file_is_sent_anew_and_points_back(
    by_alice: Client, abandoned: Submission
) -> None:
    by_alice.post(address(abandoned))
    fresh = Submission.objects.get(replaces=abandoned)
    assert fresh.status == S.AWAITING_APPROVAL
    assert fresh.sha256 == abandoned.sha256


def test_a_file_of_another_day_is_not_sent_again(
    by_alice: Client, abandoned: Submission
) -> None:
    Submission.objects.update(day=dt.date(2024, 3, 1))
    answer = by_alice.post(address(abandoned), follow=True)
    assert "carries the date of another day" in answer.content.decode()
    assert Submission.objects.count() == 1


def test_nothing_unconfirmed_is_sent_again(
    by_alice: Client, abandoned: Submission
) -> None:
    Submission.objects.update(status=S.UNCONFIRMED)
    by_alice.post(address(abandoned))
    assert Submission.objects.count() == 1

"""A person's word on an unconfirmed submission, by the form."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.approvals.models import Approval
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Decision, Submission
from transfers.states import SubmissionStatus


@pytest.fixture
def unconfirmed(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return builders.submission(alice, account, ce_number, SubmissionStatus.UNCONFIRMED)


def decide(client: Client, row: Submission, **fields: str) -> Any:
    return client.post(f"/p/CP00010/submissions/{row.pk}/decide/", fields)


def test_hkex_has_it_waits_for_a_second_person(
    by_alice: Client, unconfirmed: Submission
) -> None:
    decide(by_alice, unconfirmed, kind="said_received", reason="Ms Lee said so, 15:10")
    assert Approval.objects.get().status == "pending"
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == SubmissionStatus.UNCONFIRMED


def test_keep_waiting_acts_at_once(by_alice: Client, unconfirmed: Submission) -> None:
    decide(
        by_alice,
        unconfirmed,
        kind="keep_waiting",
        reason="ECP is slow today",
        wait_until="23:59",
    )
    made = Decision.objects.get()
    assert made.effective_at is not None
    assert made.wait_until is not None


def test_keep_waiting_offers_a_time_within_the_next_forty_minutes(
    by_alice: Client, unconfirmed: Submission
) -> None:
    html = by_alice.get(f"/p/CP00010/submissions/{unconfirmed.pk}/").content.decode()
    found = re.search(r'name="wait_until" value="(\d\d:\d[05])"', html)
    assert found is not None
    form = {"kind": "keep_waiting", "reason": "ECP is slow", "wait_until": found[1]}
    decide(by_alice, unconfirmed, **form)
    made = Decision.objects.get()
    assert made.wait_until is not None
    assert made.wait_until - made.made_at <= dt.timedelta(minutes=40)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "said_received", "reason": " "}, "Say how you know."),
        ({"reason": "x"}, "Choose what you know."),
        ({"kind": "accepted", "reason": "x"}, "is not one of the available choices"),
        ({"kind": "keep_waiting", "reason": "x"}, "Say until when to wait"),
        (
            {"kind": "keep_waiting", "reason": "x", "wait_until": "soon"},
            "Write the time as 16:00.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided(
    by_alice: Client, unconfirmed: Submission, fields: dict[str, str], says: str
) -> None:
    answer = decide(by_alice, unconfirmed, **fields)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert says in html
    assert 'role="alert" tabindex="-1" autofocus' in html  # the summary has the focus
    assert not Decision.objects.exists()


def test_a_second_decision_is_refused_while_one_waits(
    by_alice: Client, unconfirmed: Submission
) -> None:
    decide(by_alice, unconfirmed, kind="said_received", reason="One")
    answer = decide(by_alice, unconfirmed, kind="abandoned", reason="Two")
    assert answer.status_code == 422
    assert "A decision is waiting for its approver already." in (
        answer.content.decode()
    )
    assert Decision.objects.count() == 1


def test_an_accepted_one_is_not_decided(
    by_alice: Client, unconfirmed: Submission
) -> None:
    Submission.objects.update(status=SubmissionStatus.ACCEPTED)
    answer = decide(by_alice, unconfirmed, kind="abandoned", reason="x")
    assert answer.status_code == 422
    assert not Decision.objects.exists()

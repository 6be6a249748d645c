"""The list by key, and one submission with everything, in constant queries."""

import datetime as dt
import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from keys.models import SftpAccount
from portal import clock
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.models import DecisionKind, ResultFile, Submission
from transfers.selectors import submissions
from transfers.services import decisions
from transfers.states import SubmissionStatus

S = SubmissionStatus


@pytest.fixture
def thirty(alice: User, account: SftpAccount, ce_number: Identity) -> list[Submission]:
    """One a minute, the newest last; two of the same moment."""
    begin = clock.now() - dt.timedelta(hours=1)
    minutes = [*range(29), 28]
    return [
        builders.submission(
            alice, account, ce_number, created_at=begin + dt.timedelta(minutes=minute)
        )
        for minute in minutes
    ]


def test_the_list_is_paged_by_key_newest_first_without_gaps_or_doubles(
    participant: Participant, thirty: list[Submission]
) -> None:
    first = submissions.page(participant)
    second = submissions.page(participant, after=first.next_key)
    listed = [*first.rows, *second.rows]
    assert len(first.rows) == submissions.PAGE
    assert second.next_key == ""
    assert listed == sorted(thirty, key=lambda r: (r.created_at, r.pk), reverse=True)


@pytest.mark.parametrize(
    "key", ["x", "~", "2024-01-01~x", f"2024-01-01~{uuid.UUID(int=1)}"]
)
def test_a_malformed_key_begins_at_the_start(
    participant: Participant, thirty: list[Submission], key: str
) -> None:
    assert len(submissions.page(participant, after=key).rows) == submissions.PAGE


def test_the_list_is_filtered(
    participant: Participant, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    wanted = builders.submission(alice, account, ce_number, S.ACCEPTED)
    builders.submission(alice, account, ce_number, S.REJECTED)
    builders.submission(alice, account, ce_number, S.ACCEPTED, file_id="HBCNATBN")
    found = submissions.page(participant, status="accepted", file_id="HBCNMAPP")
    assert list(found.rows) == [wanted]


def test_the_list_is_one_query(
    participant: Participant,
    thirty: list[Submission],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        rows = submissions.page(participant).rows
        assert [row.identity.code for row in rows]


def test_another_participants_submission_is_none(
    other_participant: Participant, draft: Submission
) -> None:
    assert submissions.whole(other_participant, draft.pk) is None
    assert list(submissions.page(other_participant).rows) == []


def test_one_with_everything_is_six_queries(
    as_alice: Acting,
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = builders.submission(alice, account, ce_number, S.UNCONFIRMED)
    builders.opened(row, clock.now())
    kind = DecisionKind.ABANDONED
    decisions.decide(row, as_alice, kind, "asked HKEX", None, clock.now())
    with django_assert_num_queries(6):
        found = submissions.whole(as_alice.participant, row.pk)
    assert found is not None
    assert found.approval is not None
    assert [one.kind for one in found.decisions] == [kind]
    assert len(found.attempts) == 1


def test_of_a_thousand_answers_a_page_reads_the_first(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(alice, account, ce_number, SubmissionStatus.ACCEPTED)
    for number in range(submissions.RESULTS_SHOWN + 5):
        ResultFile.objects.create(
            account=account,
            submission=row,
            folder=row.folder,
            name=f"{number:03}",
            kind="rcvd",
            size=1,
            content=b"x",
            day=row.day,
            seen_at=row.created_at,
        )
    whole = submissions.whole(row.participant, row.pk)
    assert whole is not None
    assert len(whole.results) == submissions.RESULTS_SHOWN
    assert whole.results[0].name == "000"

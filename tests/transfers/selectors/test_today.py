"""What is due today, and what is in flight."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from keys.models import SftpAccount
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.selectors import today
from transfers.selectors.state_words import state_words
from transfers.states import SubmissionStatus

S = SubmissionStatus


def test_each_identity_owes_the_files_of_its_kind(
    participant: Participant, ce_number: Identity, firm_id: Identity
) -> None:
    rows = today.due_rows(participant, clock.now())
    assert [(row.entry.file_id, row.identity.code) for row in rows] == [
        ("HBCNMAPP", "AAA000"),
        ("HBCNATBN", "AAA000"),
        ("HBCNBCBN", "AAA000"),
        ("HBCNLQBN", "00000"),
        ("HBCNERBN", "00000"),
        ("HBCNOTBN", "00000"),
    ]
    assert {row.state.word for row in rows} == {"Not submitted"}


def test_what_sfc_wings_bars_is_not_owed(
    participant: Participant, ce_number: Identity, firm_id: Identity
) -> None:
    participant.uses_wings = True
    rows = today.due_rows(participant, clock.now())
    assert {row.identity for row in rows} == {ce_number}


def test_what_hkex_has_counts_before_a_later_try(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    got = builders.submission(alice, account, ce_number, S.ACCEPTED)
    builders.submission(alice, account, ce_number, S.REJECTED)
    row = today.due_rows(account.participant, clock.now())[0]
    assert row.submission == got
    assert row.is_done


@pytest.mark.parametrize(
    ("at", "tone"), [("12:00", ""), ("15:00", "warn"), ("17:00", "")]
)
def test_short_time_is_a_warning(
    participant: Participant,
    ce_number: Identity,
    settings: Settings,
    at: str,
    tone: str,
) -> None:
    settings.SUBMISSION_WINDOWS = {"HBCNMAPP": "07:00-16:30"}
    now = dt.datetime.fromisoformat(f"2024-03-01T{at}").replace(tzinfo=HONG_KONG)
    assert today.due_rows(participant, now)[0].tone == tone


def test_both_panels_are_a_constant_number_of_queries(
    as_alice: Acting,
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        builders.submission(alice, account, ce_number, S.QUEUED)
    with django_assert_num_queries(4):
        today.due_today(as_alice)
        flights = today.flights(as_alice)
    assert flights["queued"] == 5


@pytest.mark.parametrize(
    ("status", "fields", "tone", "word"),
    [
        (S.UPLOADING, {"size": 200, "bytes_acknowledged": 125}, "run", "Uploading 62%"),
        (S.ACCEPTED, {"ended_at": "2024-03-01T05:37+00:00"}, "ok", "Accepted 13:37"),
        (S.UNCONFIRMED, {}, "hold", "Unconfirmed"),
        (S.LAPSED, {}, "idle", "Lapsed"),
    ],
)
def test_a_state_is_told_in_the_designs_words(
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    status: S,
    fields: dict[str, Any],
    tone: str,
    word: str,
) -> None:
    row = builders.submission(alice, account, ce_number, status, **fields)
    row.refresh_from_db()
    told = state_words(row)
    assert (told.status, told.word) == (tone, word)

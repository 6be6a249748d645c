"""The sentence under Today's heading."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import Settings

from keys.models import SftpAccount
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.selectors.today import due_rows
from transfers.selectors.today_words import sentence
from transfers.states import SubmissionStatus

S = SubmissionStatus
NOON = dt.datetime(2024, 3, 1, 12, tzinfo=HONG_KONG)
EVENING = dt.datetime(2024, 3, 1, 20, tzinfo=HONG_KONG)


@pytest.fixture(autouse=True)
def hours(settings: Settings) -> None:
    settings.SUBMISSION_WINDOWS = {
        "HBCNMAPP": "07:00-16:30",
        "HBCNATBN": "07:00-17:00",
        "HBCNBCBN": "07:00-16:30",
    }


def told(participant: Participant, now: dt.datetime = NOON) -> str:
    return sentence(due_rows(participant, now), "you")


def test_what_waits_for_a_person_is_counted_up_to_the_first_closing(
    participant: Participant, ce_number: Identity
) -> None:
    assert told(participant) == "Three files need you before 16:30."


def test_what_moves_by_itself_needs_nobody(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    day = NOON.date()
    builders.submission(alice, account, ce_number, S.QUEUED, day=day)
    builders.submission(
        alice, account, ce_number, S.REJECTED, file_id="HBCNATBN", day=day
    )
    assert told(account.participant) == (
        "Five files need you before 16:30; one is under way."
    )


def test_a_window_that_closed_on_nothing_is_said(
    participant: Participant, ce_number: Identity
) -> None:
    assert told(participant, EVENING) == (
        "Three windows have closed without an accepted file."
    )


def test_nothing_is_said_where_nothing_is_due(participant: Participant) -> None:
    assert told(participant) == ""


def test_the_sentence_is_kept_right_on_the_open_page(
    client: Client, alice: User, ce_number: Identity
) -> None:
    client.force_login(alice)
    html = client.get("/p/CP00010/panel/today-words/").content.decode()
    assert "files need you before" in html

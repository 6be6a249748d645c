"""The list of submissions: by key, filtered, and never another participant's."""

import datetime as dt
import html

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import SftpAccount
from portal import clock
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.models import Submission
from transfers.states import SubmissionStatus

HERE = "/p/CP00010/submissions/"
S = SubmissionStatus


@pytest.fixture
def thirty(alice: User, account: SftpAccount, ce_number: Identity) -> list[Submission]:
    """SUB-2024-000029 is the newest."""
    now = clock.now()
    return [
        builders.submission(
            alice,
            account,
            ce_number,
            S.ACCEPTED if number % 2 else S.REJECTED,
            reference=f"SUB-2024-{number:06}",
            created_at=now - dt.timedelta(minutes=30 - number),
        )
        for number in range(30)
    ]


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{HERE}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_begins_empty(by_alice: Client) -> None:
    assert "Nothing was submitted yet" in page(by_alice)


def test_the_newest_stand_first_and_the_rest_on_the_next_page(
    by_alice: Client, thirty: list[Submission]
) -> None:
    first = page(by_alice)
    assert first.index("SUB-2024-000029") < first.index("SUB-2024-000028")
    assert "SUB-2024-000004" not in first
    older = first.split('" rel="next"')[0].split('href="')[-1]
    second = page(by_alice, html.unescape(older))
    assert "SUB-2024-000004" in second
    assert "SUB-2024-000005" not in second
    assert "Older" not in second


def test_a_filter_by_status_keeps_to_it_on_the_next_page(
    by_alice: Client, thirty: list[Submission]
) -> None:
    accepted = page(by_alice, "?status=accepted")
    assert "SUB-2024-000029" in accepted
    assert "SUB-2024-000028" not in accepted


def test_a_filter_by_day_and_file_id(
    by_alice: Client, thirty: list[Submission]
) -> None:
    assert "No submission fits these filters" in page(by_alice, "?day=2001-01-01")
    assert "No submission fits these filters" in page(by_alice, "?file_id=HBCNOTBN")
    assert "SUB-2024-000029" in page(by_alice, f"?day={clock.today()}")


@pytest.mark.parametrize(
    "query",
    [
        "?status=';--",
        "?file_id=x",
        "?after=x",
        "?after=2024-03-01T00:00:00~x",
        "?after=%00",
        "?day=2024-99-99",
        "?day=%00",
    ],
)
def test_a_filter_that_is_none_lists_all(
    by_alice: Client, thirty: list[Submission], query: str
) -> None:
    assert "SUB-2024-000029" in page(by_alice, query)


def test_an_open_page_gets_the_list_alone(
    by_alice: Client, thirty: list[Submission]
) -> None:
    part = by_alice.get(HERE, headers={"X-Partial": "1"}).content.decode()
    assert part.startswith('<section class="card" id="list"')


def test_another_participants_are_not_listed(
    by_alice: Client, mallory: User, other_participant: Participant
) -> None:
    identity = Identity.objects.create(
        participant=other_participant, kind="ce_number", code="ZZZ999"
    )
    builders.submission(mallory, builders.account(other_participant), identity)
    assert "ZZZ999" not in page(by_alice)


def test_the_list_does_a_constant_number_of_queries(
    by_alice: Client,
    thirty: list[Submission],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(12):
        page(by_alice)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_a_key_at_the_end_of_time_begins_at_the_start(
    by_alice: Client, account: SftpAccount, moment: str
) -> None:
    after = f"{moment}~00000000-0000-0000-0000-000000000000"
    answer = by_alice.get("/p/CP00010/submissions/", {"after": after})
    assert answer.status_code == 200

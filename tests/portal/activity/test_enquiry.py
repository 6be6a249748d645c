"""Activity Enquiry as a person sees it."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.activity import selectors
from portal.activity.models import Chain, Endpoint, Kind, Status
from portal.people.models import Participant, User
from tests.portal.activity.conftest import moved, write

pytestmark = pytest.mark.django_db
SHA = "C140394C2E15D37345A23BBE3BC2B63EFEBE652CA4076D80DAB319ED2211F632"
SUBMIT = (
    "Submit [HBCNMAPP] File with Filename [HBCNMAPP_AAA000_20220225.zip], "
    f"checksum [{SHA}]"
)


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def get(client: Client, **filters: str) -> str:
    status, html = ask(client, filters)
    assert status == 200
    return html


def ask(client: Client, filters: dict[str, str]) -> tuple[int, str]:
    answer = client.get(reverse("activity", args=["CP00010"]), filters)
    return answer.status_code, answer.content.decode()


def cells(html: str) -> list[list[str]]:
    """The text of the table's cells, row by row, the head first."""
    rows = re.findall(r"<tr.*?</tr>", html, re.S)
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.S)
        ]
        for row in rows
    ]


@pytest.mark.ledger("ECP-30")
def test_the_columns_are_those_of_the_exchange_and_the_person(
    page: Client, participant: Participant, alice: User
) -> None:
    write(participant, user=alice)
    head, row = cells(get(page))
    assert head == ["Time", "Endpoint", "Activity", "User", "Description", "Status"]
    assert row[1:] == ["Web", "Login", "alice", "", "Successful"]


@pytest.mark.ledger("ECP-31")
def test_a_submission_shows_its_description_and_a_login_none(
    page: Client, participant: Participant
) -> None:
    write(participant)
    write(participant, SUBMIT, kind=Kind.SUBMISSION, endpoint=Endpoint.SFTP)
    _, submission, login = cells(get(page))
    assert submission[1:5] == ["SFTP", "Submission", "portal", SUBMIT]
    assert login[2:5] == ["Login", "portal", ""]


@pytest.mark.ledger("ECP-30")
def test_by_default_all_activities_are_listed(
    page: Client, participant: Participant
) -> None:
    for kind in Kind:
        write(participant, kind=kind)
    assert [row[2] for row in cells(get(page))[1:]] == list(Kind)[::-1]


@pytest.mark.ledger("ECP-30")
def test_the_filters_activity_and_status_narrow_the_list(
    page: Client, participant: Participant
) -> None:
    write(participant, "one", kind=Kind.KEY, status=Status.FAILED)
    write(participant, "two", kind=Kind.KEY)
    write(participant, "three", status=Status.FAILED)
    html = get(page, activity="Key", status="Failed")
    assert [row[4] for row in cells(html)[1:]] == ["one"]


@pytest.mark.ledger("ECP-30")
def test_from_and_to_are_hong_kong_minutes_and_both_are_included(
    page: Client, participant: Participant, lifted: None
) -> None:
    for second in (59, 60, 120, 179, 180):
        at = dt.datetime(2024, 2, 29, 16, 0, tzinfo=dt.UTC)
        moved(write(participant, str(second)), at + dt.timedelta(seconds=second))
    html = get(page, **{"from": "2024-03-01 00:01", "to": "2024-03-01 00:02"})
    assert [row[4] for row in cells(html)[1:]] == ["179", "120", "60"]


@pytest.mark.ledger("ECP-33")
def test_the_default_is_the_last_30_days_and_older_ones_are_still_there(
    page: Client, participant: Participant, lifted: None
) -> None:
    start = dt.datetime.combine(
        clock.today() - dt.timedelta(days=30), dt.time(), clock.HONG_KONG
    )
    moved(write(participant, "inside"), start)
    moved(write(participant, "older"), start - dt.timedelta(seconds=1))
    assert [row[4] for row in cells(get(page))[1:]] == ["inside"]
    all_of_it = get(page, **{"from": "", "to": ""})
    assert [row[4] for row in cells(all_of_it)[1:]] == ["inside", "older"]


@pytest.mark.ledger("ECP-35")
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.SUCCESSFUL, "Successful"),
        (Status.FAILED, "Failed"),
        (Status.UNCONFIRMED, "Unconfirmed"),
        (Status.WARNING, "Warning"),
        (Status.PENDING, "Awaiting approval"),
        (Status.DRAFT, "Draft"),
        (Status.QUEUED, "Queued"),
        (Status.UPLOADING, "Uploading"),
        (Status.AWAITING_ACKNOWLEDGMENT, "Awaiting acknowledgment"),
    ],
)
def test_each_submission_is_found_with_its_status(
    page: Client, participant: Participant, status: Status, word: str
) -> None:
    write(participant, SUBMIT, kind=Kind.SUBMISSION, status=status)
    _, row = cells(get(page, activity="Submission", status=status.value))
    assert row[5] == word


def test_the_filter_offers_the_words_that_the_rows_and_the_csv_have() -> None:
    assert all(value == word for value, word in [*Status.choices, *Kind.choices])


def test_the_pages_follow_each_other_by_key_and_count(
    page: Client, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    for number in range(5):
        write(participant, str(number))
    seen, html = [], get(page)
    for _ in range(2):
        seen.append((position(html), [row[4] for row in cells(html)[1:]]))
        html = follow(page, html, "next")
    seen.append((position(html), [row[4] for row in cells(html)[1:]]))
    assert seen == [
        ("1 to 2 of 5", ["4", "3"]),
        ("3 to 4 of 5", ["2", "1"]),
        ("5 to 5 of 5", ["0"]),
    ]
    assert 'rel="next"' not in html
    assert position(follow(page, html, "prev")) == "3 to 4 of 5"


def position(html: str) -> str:
    found = re.search(r"\d+ to \d+ of \d+", html)
    return found[0] if found else ""


def follow(client: Client, html: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', html)
    assert found
    query = found[1].replace("&amp;", "&")
    return client.get(reverse("activity", args=["CP00010"]) + query).content.decode()


def test_a_new_entry_does_not_shift_the_next_page(
    page: Client, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    for number in range(4):
        write(participant, str(number))
    html = get(page)
    write(participant, "new")
    assert [row[4] for row in cells(follow(page, html, "next"))[1:]] == ["1", "0"]


def test_nothing_yet_is_said_in_words(page: Client) -> None:
    assert "Nothing has happened yet" in get(page)


def test_no_match_says_how_many_there_are_and_offers_to_clear(
    page: Client, participant: Participant
) -> None:
    write(participant)
    html = get(page, activity="Key")
    assert "No entry fits these filters" in html
    assert "There is 1 entry in all." in html
    assert "Clear the filters" in html


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"activity": "'; DROP TABLE x;--"}, "What stands in Activity is none"),
        ({"status": '=HYPERLINK("x")'}, "What stands in Status is none"),
        ({"from": "2024-02-30 00:00"}, "What stands in From is no date"),
        ({"to": "0000-00-00"}, "What stands in To is no date"),
        ({"to": "9999-12-31 23:59"}, "What stands in To is no date"),
        ({"from": "0001-01-01"}, "What stands in From is no date"),
        ({"from": "２０２４-03-01"}, "What stands in From is no date"),
        ({"from": "\x00"}, "What stands in From is no date"),
        ({"from": "2024-03-02", "to": "2024-03-01"}, "From is later than To"),
        ({"older": "1' OR 1=1"}, "The address of this page of the list is damaged"),
        ({"newer": "9" * 40 + ".1"}, "The address of this page of the list is damaged"),
        ({"older": "\x00"}, "The address of this page of the list is damaged"),
    ],
)
def test_garbage_in_a_filter_is_one_clear_sentence(
    page: Client, participant: Participant, filters: dict[str, str], sentence: str
) -> None:
    write(participant)
    status, html = ask(page, filters)
    assert status == 400
    assert sentence in html
    assert "<td" not in html


def test_a_script_in_a_description_is_shown_not_run(
    page: Client, participant: Participant
) -> None:
    write(participant, "<script>alert(1)</script>")
    html = get(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_another_participant_s_entries_are_not_shown(
    page: Client, other_participant: Participant
) -> None:
    write(other_participant, "not for alice")
    assert "not for alice" not in get(page)


@pytest.mark.parametrize("name", ["activity", "activity_export"])
def test_every_member_reads_it_and_nobody_else(
    client: Client, dora: User, bob: User, mallory: User, name: str
) -> None:
    address = reverse(name, args=["CP00010"])
    assert client.get(address).status_code == 302
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 401
    answers = {}
    for user in (dora, bob, mallory):
        client.force_login(user)
        answers[user.username] = client.get(address).status_code
    assert answers == {"dora": 200, "bob": 200, "mallory": 404}


def test_it_is_read_only(page: Client) -> None:
    assert page.post(reverse("activity", args=["CP00010"])).status_code == 405
    assert page.post(reverse("activity_export", args=["CP00010"])).status_code == 405


@pytest.mark.parametrize("number", [1, 40])
def test_the_number_of_queries_does_not_grow(
    page: Client,
    participant: Participant,
    alice: User,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        write(participant, user=alice)
    with django_assert_max_num_queries(14):
        get(page)


def test_the_page_tells_when_the_chain_was_found_broken(
    page: Client, participant: Participant
) -> None:
    write(participant)
    chain = selectors.chain_of(participant)
    assert chain is not None
    chain.fault = "chain CP00010, row 3, altered: its content is not what was written."
    chain.save()
    html = get(page)
    assert "History is broken" in html
    assert "History is whole" not in html
    assert "row 3, altered" in html


def test_the_page_does_not_call_unchecked_history_whole(
    page: Client, participant: Participant
) -> None:
    write(participant)
    assert "History is whole" not in get(page)
    Chain.objects.update(checked_at=clock.now())
    assert "History is whole" in get(page)


def test_a_wrong_filter_is_marked_and_described(page: Client) -> None:
    _, html = ask(page, {"from": "x"})
    assert 'aria-invalid="true" aria-describedby="id_from_e"' in html
    assert '<a href="#id_from" id="id_from_e">' in html

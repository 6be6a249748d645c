"""The Download Corner: its order, filters, pages, words, and who may read it."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.people.models import Identity, Participant, User
from tests.transfers.corner_builders import kept, seen
from tests.transfers.views.conftest import Browser
from transfers.models import NO_TIME, RetrievedStatus

CORNER = "/p/CP00010/downloads/"
MINUTE = dt.timedelta(minutes=1)
S = RetrievedStatus


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{CORNER}?{query}")
    assert answer.status_code == 200
    return [line.row.name for line in answer.context["lines"]]


def many(participant: Participant, count: int) -> None:
    for number in range(count):
        at = clock.now() - (count - number) * MINUTE
        seen(participant, f"F{number:03}.zip", seen_at=at)


@pytest.mark.ledger("ECP-24")
def test_the_newest_stand_first_ten_a_page_with_the_count(
    by_alice: Client, participant: Participant
) -> None:
    many(participant, 23)
    answer = by_alice.get(CORNER)
    found = [line.row.name for line in answer.context["lines"]]
    assert found == [f"F{number:03}.zip" for number in range(22, 12, -1)]
    assert b"1 to 10 of 23" in answer.content


def test_older_and_newer_pages_meet(by_alice: Client, participant: Participant) -> None:
    many(participant, 23)
    second = by_alice.get(f"{CORNER}?{by_alice.get(CORNER).context['older_query']}")
    third = by_alice.get(f"{CORNER}?{second.context['older_query']}")
    assert b"21 to 23 of 23" in third.content
    assert third.context["older_query"] == ""
    again = by_alice.get(f"{CORNER}?{third.context['newer_query']}")
    assert b"11 to 20 of 23" in again.content
    assert again.context["lines"][0].row == second.context["lines"][0].row


def test_fifty_a_page_can_be_chosen(by_alice: Client, participant: Participant) -> None:
    many(participant, 12)
    assert len(names(by_alice, "size=50")) == 12


@pytest.mark.ledger("ECP-24")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=Position+report", ["tp.txt"]),
        ("platform=RAP", ["tp.txt"]),
        ("platform=RAP&subject=BCAN-CID+Response+File", []),
        ("state=kept", ["kept.zip"]),
        ("state=seen", ["tp.txt", "old.zip"]),
        ("q=OLD", ["old.zip"]),
        ("q=d", ["old.zip"]),
        ("q=zip+ol", ["old.zip"]),
        ("q=nothing", []),
        ("q=%25", []),
        ("q=_", []),
        ("q=%22+OR+%22", []),
        ("from=2024-02-01&to=2024-02-01", ["old.zip"]),
        ("to=2024-01-31", []),
    ],
)
def test_each_filter_finds_its_own(
    by_alice: Client, participant: Participant, query: str, found: list[str]
) -> None:
    at = dt.datetime(2024, 2, 1, 15, 59, tzinfo=dt.UTC)  # 23:59 in Hong Kong
    seen(participant, "old.zip", seen_at=at)
    kept(participant, "kept.zip")
    seen(participant, "tp.txt", subject="Position report", platform="RAP")
    assert names(by_alice, query) == found


def test_an_identity_is_a_filter(
    by_alice: Client, participant: Participant, ce_number: Identity, firm_id: Identity
) -> None:
    seen(participant, "ce.zip", identity=ce_number)
    seen(participant, "firm.zip", identity=firm_id)
    assert names(by_alice, f"identity={firm_id.pk}") == ["firm.zip"]
    assert names(by_alice, f"identity={firm_id.pk}&platform=RAP") == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("platform=XYZ", "none of the list"),
        ("from=2024-02-30", "no day that exists"),
        ("from=2024-02-02&to=2024-02-01", "Received from is later than Received to"),
        ("older=x", "damaged"),
        ("older=99999999999999999999", "damaged"),
        ("newer=-1", "damaged"),
        ("q=%00", "no name can hold"),
        ("size=10000", "none of the list"),
    ],
)
def test_a_wrong_filter_is_told(by_alice: Client, query: str, words: str) -> None:
    answer = by_alice.get(f"{CORNER}?{query}")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_each_state_has_its_mark_and_countdown(
    by_alice: Client, participant: Participant
) -> None:
    now = clock.now()
    gone: dict[str, Any] = {"removed_at": now - MINUTE}
    kept(participant, "kept")
    kept(participant, "purged", purged_at=now, **gone)
    seen(participant, "queued")
    seen(participant, "fetching", status=S.FETCHING)
    seen(participant, "failed", tries=3, sentence="Permission denied.")
    seen(participant, "vanished", status=S.VANISHED, **gone)
    page = by_alice.get(CORNER)
    told = {line.row.name: line for line in page.context["lines"]}
    words = {name: line.word.split(" ")[0].strip(",") for name, line in told.items()}
    assert words == {
        "kept": "Kept",
        "purged": "Purged",
        "queued": "Queued",
        "fetching": "Fetching",
        "failed": "Failed",
        "vanished": "Vanished",
    }
    assert told["kept"].left == "7 days 23 h left"
    assert told["vanished"].left == "gone from HKEX"
    assert not told["purged"].is_there


@pytest.mark.ledger("ECP-22/P", "ECP-23/P")
def test_the_last_available_date_is_the_day_before_hkex_removes_it(
    by_alice: Client, participant: Participant
) -> None:
    midnight = dt.datetime(2024, 3, 1, 16, tzinfo=dt.UTC)  # the end of 1 March
    seen(participant, removed_at=midnight)
    assert b"1 Mar 2024" in by_alice.get(CORNER).content


def test_an_open_page_marks_what_is_new_and_says_how_many(
    by_alice: Client, participant: Participant
) -> None:
    seen(participant, "first", seen_at=clock.now() - MINUTE)
    here = by_alice.get(CORNER).context["here"]
    seen(participant, "second")
    part = by_alice.get(f"{CORNER}?{here}", headers={"X-Partial": "1"})
    assert b"1 new file<" in part.content
    assert [line.is_new for line in part.context["lines"]] == [True, False]
    assert part.context["here"] == here
    assert b"<html" not in part.content


def test_a_name_is_only_text(by_alice: Client, participant: Participant) -> None:
    seen(participant, "<img src=x>\u202egpj.exe\x07", subject="")
    page = by_alice.get(CORNER).content.decode()
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;‹U+202E›gpj.exe␇" in page


def test_nothing_yet_says_what_comes_next(
    by_alice: Client, participant: Participant
) -> None:
    assert b"No account fetches files yet" in by_alice.get(CORNER).content
    assert b"No file fits" in by_alice.get(f"{CORNER}?q=abc").content


def test_another_participants_files_are_not_there(
    by_alice: Client, participant: Participant, other_participant: Participant
) -> None:
    seen(other_participant, "theirs.zip")
    assert names(by_alice, "q=theirs") == []
    assert names(by_alice) == []


@pytest.mark.parametrize("query", ["", "q=F0&platform=ECP&state=seen", "q=zz&size=50"])
def test_the_number_of_queries_does_not_grow(
    browser: Browser,
    dora: User,
    participant: Participant,
    query: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = browser(dora)
    many(participant, 60)
    client.get(CORNER)
    with django_assert_max_num_queries(30):
        client.get(f"{CORNER}?{query}")


def test_it_says_the_time_at_hkex_where_hkex_says_one(
    by_alice: Client, participant: Participant
) -> None:
    now = clock.now()
    kept(participant, modified_at=now - dt.timedelta(minutes=5))
    timeless = kept(participant, modified_at=NO_TIME)
    page = by_alice.get(CORNER).content.decode()
    assert page.count(", at HKEX ") == 1
    assert (
        "Time at HKEX" not in by_alice.get(f"{CORNER}{timeless.pk}/").content.decode()
    )


def test_a_long_name_without_a_subject_may_break(
    by_alice: Client, participant: Participant
) -> None:
    kept(participant, "A" * 200, subject="")
    assert '<th scope="row" class="wrap"><a' in by_alice.get(CORNER).content.decode()


def test_an_empty_list_offers_no_button_for_chosen_files(by_alice: Client) -> None:
    page = by_alice.get(CORNER).content.decode()
    assert "data-chosen-button hidden" in page


def test_a_zip_of_nothing_answers_with_the_list_that_pages_on(
    by_alice: Client, participant: Participant
) -> None:
    many(participant, 11)
    answer = by_alice.post(f"{CORNER}zip/")
    page = answer.content.decode()
    assert "No file was chosen that the portal keeps" in page
    assert f'href="{CORNER}?older=' in page


def test_a_person_may_begin_with_it(by_alice: Client, participant: Participant) -> None:
    assert by_alice.get("/").headers["Location"] == "/p/CP00010/"
    by_alice.post("/p/CP00010/home/", {"home": "downloads"})
    assert by_alice.get("/").headers["Location"] == CORNER
    assert b"begins with this page" in by_alice.get(CORNER).content
    by_alice.post("/p/CP00010/home/", {"home": "keys"})
    assert by_alice.get("/").headers["Location"] == "/p/CP00010/"


def test_today_shows_the_latest_and_what_leaves(
    by_alice: Client, participant: Participant
) -> None:
    soon = clock.now() + dt.timedelta(hours=3)
    kept(participant, subject="Common collateral report")
    seen(participant, subject="Position report", removed_at=soon)
    page = by_alice.get("/p/CP00010/").content.decode()
    panel = page[page.index("Received from HKEX") :]
    assert "Common collateral report" in panel
    assert re.search(r"Position report of .* HKEX removes it in 2 h 59 min", panel)

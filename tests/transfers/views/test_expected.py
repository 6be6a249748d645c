"""The board and its rules: who sees, who sets, who excuses."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.transfers import expected_builders as builders
from tests.transfers.views.conftest import Browser
from transfers.models import ExpectedFile, ExpectedRule, HabitDeclined
from transfers.services import boards, expected_rules

BOARD = "/p/CP00010/expected/"
RULES = f"{BOARD}rules/"
FORM = {
    "platform": "RAP",
    "name_pattern": "TP001*",
    "days": "every",
    "due": "19:30",
    "warn_minutes": "15",
    "count": "1",
}


@pytest.fixture
def by_bob(browser: Browser, bob: User) -> Client:
    return browser(bob)


@pytest.fixture
def by_charlie(browser: Browser, charlie: User) -> Client:
    return browser(charlie)


def expect(acting: Acting, pattern: str = "TP001*") -> ExpectedFile:
    rule = builders.rule(clock.today(), name_pattern=pattern, days="every")
    return expected_rules.add(rule, acting, clock.now()).board.get()


def habit_of_a_month(participant: Participant) -> None:
    """RPI03 at 19:01 on each of the last 30 days."""
    now = clock.now()
    for day in range(1, 31):
        kept = now.replace(hour=11, minute=1, second=0) - dt.timedelta(day)
        builders.retrieved(participant, f"RPI03_{kept:%Y%m%d}.csv", kept)


def test_an_empty_board_says_what_to_do(by_charlie: Client) -> None:
    assert "Open the rules" in by_charlie.get(BOARD).content.decode()


def test_the_board_takes_as_many_queries_for_many_files(
    by_bob: Client, as_alice: Acting, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expect(as_alice)
    by_bob.get(BOARD)
    with django_assert_num_queries(11) as one:
        by_bob.get(BOARD)
    for number in range(20):
        expect(as_alice, f"TP{number}*")
    with django_assert_num_queries(len(one)):
        by_bob.get(BOARD)


def test_an_open_page_asks_for_the_board_alone(by_bob: Client) -> None:
    answer = by_bob.get(BOARD, headers={"X-Partial": "1"}).content.decode()
    assert answer.lstrip().startswith("<section")


def test_an_administrator_adds_a_rule(by_charlie: Client) -> None:
    assert by_charlie.post(f"{RULES}add/", FORM).status_code == 302
    rule = ExpectedRule.objects.get()
    assert (rule.name_pattern, rule.due) == ("TP001*", dt.time(19, 30))


@pytest.mark.parametrize("pattern", ["*", "*.*", "a/b", "a\x07b", ""])
def test_a_pattern_for_everything_or_for_no_name_is_refused(
    by_charlie: Client, pattern: str
) -> None:
    answer = by_charlie.post(f"{RULES}add/", FORM | {"name_pattern": pattern})
    assert answer.status_code == 422
    assert not ExpectedRule.objects.exists()


@pytest.mark.parametrize("due", ["", "25:00", "7pm", "19.30"])
def test_a_time_that_is_none_is_refused(by_charlie: Client, due: str) -> None:
    answer = by_charlie.post(f"{RULES}add/", FORM | {"due": due})
    assert answer.status_code == 422


def test_a_person_excuses_with_a_reason(by_bob: Client, as_alice: Acting) -> None:
    row = expect(as_alice)
    by_bob.post(f"{BOARD}{row.pk}/excuse/", {"reason": "HKEX’s circular"})
    row.refresh_from_db()
    assert (row.status, row.excuse) == ("excused", "HKEX’s circular")


def test_nobody_excuses_without_a_reason(by_bob: Client, as_alice: Acting) -> None:
    row = expect(as_alice)
    answer = by_bob.post(f"{BOARD}{row.pk}/excuse/", {"reason": "  "})
    assert answer.status_code == 422


def test_what_comes_regularly_is_proposed_and_taken_with_a_click(
    by_charlie: Client, participant: Participant
) -> None:
    habit_of_a_month(participant)
    assert "RPI03_*.csv" in by_charlie.get(RULES).content.decode()
    habit = {"platform": "RAP", "pattern": "RPI03_*.csv"}
    by_charlie.post(f"{RULES}take/", habit)
    assert ExpectedRule.objects.get().name_pattern == "RPI03_*.csv"
    assert "What comes regularly" not in by_charlie.get(RULES).content.decode()


def test_what_is_declined_is_not_proposed_again(
    by_charlie: Client, participant: Participant
) -> None:
    habit_of_a_month(participant)
    habit = {"platform": "RAP", "pattern": "RPI03_*.csv"}
    by_charlie.post(f"{RULES}decline/", habit)
    assert HabitDeclined.objects.exists()
    assert "What comes regularly" not in by_charlie.get(RULES).content.decode()


def test_a_habit_that_nobody_has_is_not_taken(by_charlie: Client) -> None:
    wanted = {"platform": "RAP", "pattern": "NOPE*"}
    by_charlie.post(f"{RULES}take/", wanted)
    assert not ExpectedRule.objects.exists()
    assert "does not come regularly" in by_charlie.get(RULES).content.decode()


def test_today_counts_what_has_come(
    by_bob: Client, as_alice: Acting, participant: Participant
) -> None:
    expect(as_alice)
    expect(as_alice, "RPI03*")
    builders.retrieved(participant, "RPI03_1.csv", clock.now(), day=clock.today())
    boards.judge(clock.now())
    assert "1 of 2 arrived" in by_bob.get("/p/CP00010/").content.decode()

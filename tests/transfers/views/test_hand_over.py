"""The pages of hand-over: who sees, who sets, what is refused."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from portal import clock
from portal.people.models import Participant, User
from tests.transfers import corner_builders, keeping_builders
from tests.transfers.views.conftest import Browser
from transfers.models import HandOver, HandOverRule
from transfers.services import hand_over_plans, hand_overs

RULES = "/p/CP00010/hand-over/"
FORM = {
    "title": "Back office",
    "platform": "ECP",
    "name_pattern": "*",
    "destination": "office",
    "template": "{platform}/{day}/{name}",
    "days_back": "0",
}


@pytest.fixture(autouse=True)
def office(settings: Settings, tmp_path: Path) -> Path:
    made = tmp_path / "office"
    made.mkdir()
    settings.HAND_OVER_FOLDERS = {
        "CP00010.office": str(made),
        "CP00099.theirs": str(made),
    }
    return made


@pytest.fixture
def by_charlie(browser: Browser, charlie: User) -> Client:
    return browser(charlie)


@pytest.fixture
def rule(charlie: User, participant: Participant) -> HandOverRule:
    return keeping_builders.rule(charlie, participant)


def tick(rule: HandOverRule) -> None:
    hand_over_plans.plan(rule, clock.now())
    hand_overs.run(rule.pk)


def test_an_administrator_adds_a_rule(by_charlie: Client) -> None:
    assert by_charlie.post(f"{RULES}add/", FORM).status_code == 302
    assert HandOverRule.objects.get().destination == "office"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("destination", "theirs"), ("destination", "/etc"), ("title", " ")),
        *(("template", "../{name}"), ("template", "{day}"), ("name_pattern", "**")),
        *(("platform", "XXX"), ("days_back", "-1"), ("days_back", "9999")),
    ],
)
def test_what_cannot_be_is_refused(by_charlie: Client, field: str, value: str) -> None:
    answer = by_charlie.post(f"{RULES}add/", FORM | {field: value})
    assert answer.status_code == 422
    assert not HandOverRule.objects.exists()


def test_paths_of_the_settings_are_not_shown(by_charlie: Client, office: Path) -> None:
    page = by_charlie.get(RULES).content.decode()
    assert "office" in page
    assert str(office) not in page


def test_without_destinations_the_page_says_who_names_them(
    by_charlie: Client, settings: Settings
) -> None:
    settings.HAND_OVER_FOLDERS = {}
    page = by_charlie.get(RULES).content.decode()
    assert "HAND_OVER_FOLDERS" in page
    assert "Add a rule" not in page


def test_the_rules_take_as_many_queries_for_many(
    by_charlie: Client,
    charlie: User,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    tick(keeping_builders.rule(charlie, participant))
    by_charlie.get(RULES)
    with django_assert_num_queries(10) as one:
        by_charlie.get(RULES)
    for _ in range(8):
        keeping_builders.rule(charlie, participant)
    with django_assert_num_queries(len(one)):
        by_charlie.get(RULES)


def test_a_rules_files_take_as_many_queries_for_many(
    by_charlie: Client,
    rule: HandOverRule,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    by_charlie.get(f"{RULES}{rule.pk}/")
    with django_assert_num_queries(11) as one:
        by_charlie.get(f"{RULES}{rule.pk}/")
    for number in range(8):
        corner_builders.kept(participant, content=str(number).encode())
    tick(rule)
    with django_assert_num_queries(len(one)):
        by_charlie.get(f"{RULES}{rule.pk}/")


def test_files_are_paged_by_key(
    by_charlie: Client, rule: HandOverRule, participant: Participant
) -> None:
    for number in range(52):
        corner_builders.kept(participant, f"{number:03}.zip", str(number).encode())
    tick(rule)
    first = by_charlie.get(f"{RULES}{rule.pk}/")
    assert first.content.count(b'id="handed-') == 50
    second = by_charlie.get(f"{RULES}{rule.pk}/?{first.context['older']}")
    assert second.content.count(b'id="handed-') == 2


def test_a_failure_is_said_and_tried_again_by_a_click(
    by_charlie: Client, rule: HandOverRule, participant: Participant, office: Path
) -> None:
    corner_builders.kept(participant, "A.zip")
    office.rmdir()
    tick(rule)
    page = by_charlie.get(f"{RULES}{rule.pk}/?status=failed").content.decode()
    assert "see whether it is mounted" in page
    office.mkdir()
    by_charlie.post(f"{RULES}{rule.pk}/retry/")
    hand_overs.run(rule.pk)
    assert HandOver.objects.get().status == "done"


@pytest.mark.parametrize("query", ["status=nonsense", "after=x", "after=2026_1"])
def test_a_strange_address_shows_the_list(
    by_charlie: Client, rule: HandOverRule, query: str
) -> None:
    assert by_charlie.get(f"{RULES}{rule.pk}/?{query}").status_code == 200


def test_an_open_page_asks_for_the_list_alone(
    by_charlie: Client, rule: HandOverRule
) -> None:
    for address in (RULES, f"{RULES}{rule.pk}/"):
        part = by_charlie.get(address, headers={"X-Partial": "1"}).content.decode()
        assert part.lstrip().startswith("<section")


def test_a_rule_is_ended(by_charlie: Client, rule: HandOverRule) -> None:
    by_charlie.get(f"{RULES}{rule.pk}/end/")
    by_charlie.post(f"{RULES}{rule.pk}/end/")
    rule.refresh_from_db()
    assert rule.ended_at is not None
    page = by_charlie.get(f"{RULES}{rule.pk}/").content.decode()
    assert "Ended by charlie" in page

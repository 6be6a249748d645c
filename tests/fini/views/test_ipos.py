"""The IPO board: what it shows, what it says when empty, and one IPO field by field."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from fini.models import Ipo, Profile
from portal import clock
from portal.people.models import Participant, User
from tests.fini.conftest import Browser
from tests.fini.profile_builders import DAY, company_id, ipo, profile, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_set")]
BOARD = "/p/CP00010/fini/ipos/"


@pytest.fixture
def mine(participant: Participant, charlie: User) -> Profile:
    return ready(participant)


def shown(client: Client, query: str = "") -> str:
    return client.get(BOARD + query).content.decode()


@pytest.mark.ledger("FINI-17/P")
def test_an_ipo_stands_with_its_four_fields(by_charlie: Client, mine: Profile) -> None:
    ipo(mine, "1234", stock_code="09988", isin="KYG017191142", status="25")
    text = shown(by_charlie)
    assert all(word in text for word in ("1234", "09988", "KYG017191142", ">25<"))


def test_a_status_is_called_what_an_admin_calls_it(
    by_charlie: Client, mine: Profile
) -> None:
    ipo(mine, status="30")
    given = {"kind": "ipo_status", "code": "30", "label": "Open"}
    by_charlie.post(f"{BOARD}labels/name/", given)
    assert "Open (30)" in shown(by_charlie)


def test_a_change_shows_both_sides_for_a_day(by_charlie: Client, mine: Profile) -> None:
    now = clock.now()
    made = ipo(mine, changed_at=now, changes={"status": ["25", "30"], "lot": [None, 5]})
    text = shown(by_charlie)
    assert "<del>25</del> → <ins>30</ins>" in text
    assert "not there</span> → <ins>5</ins>" in text
    Ipo.objects.filter(pk=made.pk).update(
        changed_at=now - DAY - dt.timedelta(minutes=1)
    )
    assert "<del>25</del>" not in shown(by_charlie)


def test_an_ipo_that_came_later_is_new(by_charlie: Client, mine: Profile) -> None:
    ipo(mine, "1234")
    assert "New, since" not in shown(by_charlie)
    ipo(mine, "1235", first_seen_at=clock.now())
    assert "New, since" in shown(by_charlie)


def test_one_that_is_listed_no_more_is_kept_aside(
    by_charlie: Client, mine: Profile
) -> None:
    ipo(mine, "1234")
    ipo(mine, "1235", is_listed=False)
    assert ">1235<" not in shown(by_charlie)
    assert "No longer listed" in shown(by_charlie, "?which=gone")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?text=09988", {"1234"}),
        ("?text=hk2", {"1235"}),
        ("?status=45", {"1235"}),
        ("?status=99", set()),
        ("?which=nonsense", {"1234", "1235"}),
    ],
)
def test_filters(
    by_charlie: Client, mine: Profile, query: str, found: set[str]
) -> None:
    ipo(mine, "1234", stock_code="09988")
    ipo(mine, "1235", isin="HK2", status="45")
    text = shown(by_charlie, query)
    assert {one for one in ("1234", "1235") if f">{one}</a>" in text} == found


def test_a_long_list_goes_on_by_key(by_charlie: Client, mine: Profile) -> None:
    for number in range(51):
        ipo(mine, f"{1000 + number}")
    assert "after=1049" in shown(by_charlie)
    rest = shown(by_charlie, "?after=1049")
    assert ">1050</a>" in rest
    assert ">1049</a>" not in rest


def test_more_ipos_take_no_more_queries(
    by_charlie: Client, mine: Profile, django_assert_max_num_queries: Any
) -> None:
    ipo(mine, "1")
    shown(by_charlie)
    with django_assert_max_num_queries(25) as few:
        shown(by_charlie)
    for number in range(2, 30):
        ipo(mine, str(number), changed_at=clock.now(), changes={"status": ["1", "2"]})
    with django_assert_max_num_queries(len(few)):
        shown(by_charlie)


def test_without_a_gateway_it_says_who_sets_one(
    by_charlie: Client, settings: Any
) -> None:
    settings.FINI_GATEWAYS = {}
    assert "No FINI gateway is set" in shown(by_charlie)


def test_without_a_profile_it_leads_to_the_profiles(by_charlie: Client) -> None:
    text = shown(by_charlie)
    assert "No FINI profile yet" in text
    assert 'href="/p/CP00010/fini/profiles/"' in text


def test_without_registered_keys_it_says_so(
    by_charlie: Client, participant: Participant
) -> None:
    profile(participant)
    assert "not registered yet" in shown(by_charlie)


def test_without_the_entitlement_it_names_it(by_charlie: Client, mine: Profile) -> None:
    Profile.objects.update(may_reference=False)
    assert "EU_finiIPORefDataAPI" in shown(by_charlie)


def test_before_the_first_answer_it_says_when_it_comes(
    by_charlie: Client, mine: Profile
) -> None:
    assert "The IPOs have not come yet" in shown(by_charlie)


def test_an_empty_list_is_not_taken_for_no_answer(
    by_charlie: Client, mine: Profile
) -> None:
    Profile.objects.update(ipos_refreshed_at=clock.now())
    assert "FINI lists no IPO now" in shown(by_charlie)


def test_why_the_last_answer_is_not_whole_is_shown(
    by_charlie: Client, mine: Profile
) -> None:
    ipo(mine)
    Profile.objects.update(ipos_sentence="FINI answered 403.")
    assert "FINI answered 403." in shown(by_charlie)


def test_a_person_asks_and_a_reader_does_not(
    browser: Browser, alice: User, dora: User, mine: Profile
) -> None:
    assert browser(dora).post(f"{BOARD}refresh/").status_code == 403
    assert "Ask FINI now" not in shown(browser(dora))
    browser(alice).post(f"{BOARD}refresh/", {"environment": "sandbox"})
    assert Profile.objects.get().ipos_asked_at is not None


@pytest.mark.ledger("FINI-21/P")
def test_one_ipo_is_shown_field_by_field(by_charlie: Client, mine: Profile) -> None:
    made = ipo(
        mine,
        reference={"stkNameChi": "沙盒", "banks": [{"name": "A & B"}], "none": None},
    )
    text = by_charlie.get(f"{BOARD}{made.pk}/").content.decode()
    for words in ("stkNameChi", "沙盒", "banks[1].name", "A &amp; B", "empty"):
        assert words in text


def test_what_fini_sends_is_never_markup(by_charlie: Client, mine: Profile) -> None:
    evil = "<script>alert(1)</script>"
    made = ipo(mine, stock_code=evil, reference={evil: evil})
    for text in (
        shown(by_charlie),
        by_charlie.get(f"{BOARD}{made.pk}/").content.decode(),
    ):
        assert evil not in text


def test_another_participants_ipo_is_not_found(
    by_charlie: Client, other_participant: Participant
) -> None:
    identity = company_id(other_participant, "PEAK01")
    theirs = ipo(profile(other_participant, company_id=identity))
    assert by_charlie.get(f"{BOARD}{theirs.pk}/").status_code == 404

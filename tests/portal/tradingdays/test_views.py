"""The site admin's page: a year's days, setting one at once, removing it."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.activity.models import SITE, Activity
from portal.people.models import User
from portal.tradingdays.models import TradingDayOverride

HERE = "/site/trading-days/"
MONDAY = "2026-11-23"
TYPHOON = {"day": MONDAY, "kind": "closed", "at": "", "reason": "Typhoon signal 8"}


@pytest.fixture
def by_sam(client: Client, db: None) -> Client:
    client.force_login(User.objects.create(username="sam", is_site_admin=True))
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def line(page: str, day: str) -> str:
    return page.split(f'<tr id="{day}">')[1].split("</tr>", maxsplit=1)[0]


def set_typhoon(client: Client, **other: str) -> TradingDayOverride:
    assert client.post(f"{HERE}set/", TYPHOON | other).status_code == 302
    return TradingDayOverride.objects.get()


def test_the_year_shows_holidays_and_half_days_with_their_hours(by_sam: Client) -> None:
    page = text(by_sam, f"{HERE}?year=2026")
    good_friday = line(page, "2026-04-03")
    assert "Public holiday" in good_friday
    assert "Good Friday" in good_friday
    assert "RAP, RRS: closed" in good_friday
    eve = line(page, "2026-12-24")
    assert "Half trading day" in eve
    assert "RAP, RRS: 07:00 to 03:30" in eve


def test_a_year_beyond_the_calendar_is_the_present_one(by_sam: Client) -> None:
    assert "Trading days of" in text(by_sam, f"{HERE}?year=9999")


def test_a_typhoon_day_is_set_at_once_and_shows_its_effect(by_sam: Client) -> None:
    set_typhoon(by_sam)
    closed = line(text(by_sam, f"{HERE}?year=2026"), MONDAY)
    assert "Closed all day" in closed
    assert "Typhoon signal 8" in closed
    assert "CCMS: closed" in closed
    assert "sam" in closed


def test_a_day_closed_from_a_time_shows_the_hours_that_are_left(by_sam: Client) -> None:
    row = set_typhoon(by_sam, kind="closes_early", at="14:00")
    assert row.at == dt.time(14)
    left = line(text(by_sam, f"{HERE}?year=2026"), MONDAY)
    assert "Closed from 14:00" in left
    assert "RAP, RRS: 07:00 to 14:00" in left
    assert "CCMS: 07:15 to 14:00" in left


def test_a_time_is_dropped_where_the_day_has_none(by_sam: Client) -> None:
    assert set_typhoon(by_sam, at="14:00").at is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "closes_early"}, "Enter the time, such as 14:00."),
        ({"kind": "opens_late", "at": "06:30"}, "Nothing opens before 07:00."),
        ({"at": "2 pm"}, "Write the time as 14:00"),
        ({"reason": " "}, "Enter the reason"),
        ({"day": "23/11/2026"}, "Write the day as 2026-11-23."),
        ({"day": "2026-11-22"}, "is a Sunday"),
        ({"kind": "holiday_trading"}, "is a trading day"),
        ({"day": "2026-12-25", "kind": "half_day"}, "is a public holiday"),
        ({"kind": "maybe"}, "Choose what the day is."),
        ({"day": "2013-01-02"}, "from 2014 to 2099"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    by_sam: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = by_sam.post(f"{HERE}set/", TYPHOON | wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not TradingDayOverride.objects.exists()


def test_a_day_is_set_once(by_sam: Client) -> None:
    set_typhoon(by_sam)
    answer = by_sam.post(f"{HERE}set/", TYPHOON | {"kind": "holiday"})
    assert answer.status_code == 422
    assert "is set already" in answer.content.decode()


def test_the_effect_is_shown_before_a_day_is_set(by_sam: Client) -> None:
    query = f"day={MONDAY}&kind=closes_early&at=14:00&reason="
    shown = text(by_sam, f"{HERE}effect/?{query}")
    assert "07:00 to 03:30" in shown
    assert "07:00 to 14:00" in shown
    assert "<table" not in text(by_sam, f"{HERE}effect/?day=&kind=")
    assert "is a Sunday" in text(by_sam, f"{HERE}effect/?day=2026-11-22&kind=closed")


def test_removing_shows_the_effect_first(by_sam: Client) -> None:
    row = set_typhoon(by_sam)
    page = text(by_sam, f"{HERE}{row.pk}/remove/")
    assert "Typhoon signal 8" in page
    assert "07:00 to 03:30" in page
    assert TradingDayOverride.objects.exists()
    assert by_sam.post(f"{HERE}{row.pk}/remove/").status_code == 302
    assert not TradingDayOverride.objects.exists()
    assert by_sam.post(f"{HERE}{row.pk}/remove/").status_code == 404


def test_both_are_told_on_the_chain_of_the_site(by_sam: Client) -> None:
    row = set_typhoon(by_sam, kind="closes_early", at="14:00")
    by_sam.post(f"{HERE}{row.pk}/remove/")
    rows = Activity.objects.filter(chain__name=SITE).order_by("seq")
    told = "[2026-11-23 Closed from 14:00]: Typhoon signal 8"
    assert [(one.description, str(one.user)) for one in rows] == [
        (f"Trading day: Set {told}", "sam"),
        (f"Trading day: Remove {told}", "sam"),
    ]


def test_the_menu_of_the_site_leads_here(by_sam: Client) -> None:
    page = text(by_sam, "/site/facilities/")
    assert f'href="{HERE}"' in page
    assert f'href="{HERE}" aria-current="page"' in text(by_sam, HERE)


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_asks_as_much_for_many_days_as_for_one(
    by_sam: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(number):
        made = {"day": f"2026-06-{day + 1:02}", "kind": "holiday", "reason": "As told"}
        by_sam.post(f"{HERE}set/", made)
    text(by_sam, HERE)
    with django_assert_num_queries(5):
        text(by_sam, HERE)

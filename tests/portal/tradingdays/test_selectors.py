"""The calendar of a range: the package's days under the overrides, in one query."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.people.models import User
from portal.tradingdays import selectors
from portal.tradingdays.calendar import DayKind
from portal.tradingdays.models import TradingDayOverride

CHRISTMAS = dt.date(2026, 12, 25)
NEW_YEAR = dt.date(2027, 1, 1)
pytestmark = pytest.mark.django_db


def said(day: dt.date, kind: DayKind, at: dt.time | None = None) -> None:
    by, _ = User.objects.get_or_create(username="site-admin", is_site_admin=True)
    TradingDayOverride.objects.create(
        day=day, kind=kind, at=at, reason="As told", set_by=by, set_at=clock.now()
    )


def test_it_takes_one_query_over_a_turn_of_the_year(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        calendar = selectors.calendar(CHRISTMAS, NEW_YEAR)
        days = calendar.trading_days(CHRISTMAS, NEW_YEAR)
    assert [day.day for day in days] == [28, 29, 30, 31]
    assert calendar.kind(dt.date(2026, 12, 31)) is DayKind.HALF_DAY


def test_an_override_wins_over_the_package() -> None:
    said(CHRISTMAS, DayKind.HOLIDAY_TRADING)
    calendar = selectors.calendar(CHRISTMAS, CHRISTMAS)
    assert calendar.is_trading_day(CHRISTMAS)
    assert calendar.why(CHRISTMAS) == "As told"


def test_overrides_a_month_beyond_the_range_are_known() -> None:
    said(dt.date(2026, 12, 28), DayKind.CLOSED)
    calendar = selectors.calendar(CHRISTMAS, CHRISTMAS)
    assert calendar.next_trading_day(CHRISTMAS) == dt.date(2026, 12, 29)


def test_a_time_comes_with_its_day() -> None:
    said(CHRISTMAS, DayKind.CLOSES_EARLY, dt.time(14))
    calendar = selectors.calendar(CHRISTMAS, CHRISTMAS)
    assert calendar.closed_from(CHRISTMAS) == dt.time(14)


def test_days_lost_to_typhoons_before_the_portal_are_closed() -> None:
    lost = dt.date(2023, 9, 1)
    assert selectors.calendar(lost, lost).kind(lost) is DayKind.CLOSED

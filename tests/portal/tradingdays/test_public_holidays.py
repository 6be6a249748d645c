"""What the package says, held against the exchange's printed calendars."""

import datetime as dt

import pytest

from portal.tradingdays.public_holidays import of_year

# HKEX's circular CT/075/2025: weekdays of 2026 on which nobody trades.
CLOSED_IN_2026 = [
    *("01-01", "02-17", "02-18", "02-19", "04-03", "04-06", "04-07", "05-01", "05-25"),
    *("06-19", "07-01", "10-01", "10-19", "12-25"),
]


def of(days: dict[dt.date, str]) -> list[str]:
    return sorted(f"{day:%m-%d}" for day in days if day.weekday() < 5)


def test_the_holidays_of_2026_are_those_of_the_exchange() -> None:
    assert of(of_year(2026).holidays) == CLOSED_IN_2026


def test_good_friday_is_a_holiday_although_no_statutory_one() -> None:
    assert of_year(2026).holidays[dt.date(2026, 4, 3)] == "Good Friday"


def test_holidays_on_a_saturday_are_there_too() -> None:
    assert dt.date(2026, 12, 26) in of_year(2026).holidays


@pytest.mark.parametrize(
    ("year", "eves"),
    [
        (2021, ["02-11", "12-24", "12-31"]),
        (2022, ["01-31"]),  # Christmas Eve and New Year's Eve on Saturdays
        (2023, []),
        (2026, ["02-16", "12-24", "12-31"]),
    ],
)
def test_the_three_eves_are_half_days_unless_at_a_weekend(
    year: int, eves: list[str]
) -> None:
    assert of(of_year(year).half_days) == eves


def test_days_lost_to_typhoons_are_known_and_are_no_holidays() -> None:
    lost = dt.date(2023, 9, 1)
    assert "Severe Weather" in of_year(2023).suspended[lost]
    assert lost not in of_year(2023).holidays


def test_a_year_is_computed_once() -> None:
    assert of_year(2026) is of_year(2026)

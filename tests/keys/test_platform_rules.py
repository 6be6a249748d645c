"""The lives of keys, as each guide counts them."""

import datetime as dt

import pytest

from keys.models import Platform
from keys.platform_rules import RULES, rules_of, years_after

FIRST_OF_MARCH_2020 = dt.date(2020, 3, 1)


def test_every_platform_has_its_rules() -> None:
    assert set(RULES) == set(Platform.values)
    assert rules_of(Platform.RAP) is RULES["RAP"]


def test_two_years_end_on_the_same_day() -> None:
    assert rules_of("ECP").new_key_expires_on(dt.date(2021, 7, 1)) == dt.date(
        2023, 7, 1
    )


def test_the_730_days_of_rrs_are_counted_after_the_upload() -> None:
    """Guide B §6.1: renewed 1 March 2020, the last day is 1 March 2022."""
    dead_from = rules_of("RRS").new_key_expires_on(FIRST_OF_MARCH_2020)
    assert dead_from == dt.date(2022, 3, 2)


def test_the_730_days_of_rrs_are_no_two_years_when_a_leap_day_falls_in() -> None:
    dead_from = rules_of("RRS").new_key_expires_on(dt.date(2023, 3, 1))
    assert dead_from == dt.date(2025, 3, 1)


def test_a_leap_day_counts_as_the_day_before() -> None:
    assert years_after(dt.date(2024, 2, 29), 2) == dt.date(2026, 2, 28)
    assert years_after(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_the_default_size_is_one_that_the_platform_takes(platform: str) -> None:
    rules = rules_of(platform)
    assert rules.default_bits in rules.bits

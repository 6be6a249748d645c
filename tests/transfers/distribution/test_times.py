"""When HKEX removes a file, when a person is warned, which day a file is of."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG, hk_day
from portal.tradingdays.calendar import Calendar
from transfers.distribution import times

MAPPING, REPORTS = "/download/HBCNMAPP", "/download/HBCNRFPR"
moments = st.datetimes(
    dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(HONG_KONG)
)


def hk(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@pytest.mark.ledger("ECP-22/P")
@pytest.mark.parametrize("name", ["HBCNMPRP_A.zip", "HBCNRSLT_A", "HBCNFIMG", "other"])
def test_what_answers_a_mapping_file_is_removed_at_midnight(name: str) -> None:
    removed = times.removed_at("ECP", MAPPING, name, hk("2022-02-25T18:02"))
    assert removed == hk("2022-02-26T00:00")
    assert times.last_available_on(removed) == dt.date(2022, 2, 25)


@pytest.mark.ledger("ECP-23/P")
@pytest.mark.parametrize("name", ["HBCNATRP_A.csv", "HBCNLQRSLSLT", "unknown.txt"])
def test_what_answers_a_report_stays_seven_days_more(name: str) -> None:
    removed = times.removed_at("ECP", REPORTS, name, hk("2022-02-24T07:02"))
    assert removed == hk("2022-03-04T00:00")
    assert times.last_available_on(removed) == dt.date(2022, 3, 3)


def test_a_mapping_answer_in_another_folder_goes_at_midnight_too() -> None:
    removed = times.removed_at("ECP", REPORTS, "HBCNMPRP.zip", hk("2022-02-24T07:02"))
    assert removed == hk("2022-02-25T00:00")


@pytest.mark.ledger("RAP-06/P", "RRS-15/P")
@pytest.mark.parametrize("platform", ["RAP", "RRS"])
def test_a_report_stays_ten_days(platform: str) -> None:
    removed = times.removed_at(platform, "/x", "TP001.csv", hk("2026-03-01T19:05"))
    assert removed == hk("2026-03-11T19:05")
    assert times.last_available_on(removed) == dt.date(2026, 3, 11)


@pytest.mark.ledger("ECP-25")
def test_a_day_before_the_end_a_person_is_warned() -> None:
    seen, removed = hk("2022-02-24T07:10"), hk("2022-03-04T00:00")
    assert times.warn_at("ECP", REPORTS, "HBCNATRP", removed, seen) == hk(
        "2022-03-03T00:00"
    )
    assert times.warn_at("RAP", "/x", "TP001", removed, seen) == hk("2022-03-03T00:00")


@pytest.mark.ledger("ECP-25")
def test_of_mapping_files_two_hours_before_midnight() -> None:
    seen, removed = hk("2022-02-25T18:05"), hk("2022-02-26T00:00")
    assert times.warn_at("ECP", MAPPING, "HBCNMPRP", removed, seen) == hk(
        "2022-02-25T22:00"
    )


def test_what_is_first_seen_late_is_fetched_before_it_is_warned_of() -> None:
    seen, removed = hk("2022-02-25T23:10"), hk("2022-02-26T00:00")
    assert times.warn_at("ECP", MAPPING, "HBCNMPRP", removed, seen) == hk(
        "2022-02-25T23:15"
    )


def test_a_time_that_cannot_be_is_no_time() -> None:
    seen = hk("2026-03-01T19:05")
    assert times.made_at(None, seen) == seen
    assert times.made_at(hk("1970-01-01T08:00"), seen) == seen
    assert times.made_at(hk("2026-03-02T19:05"), seen) == seen
    assert times.made_at(hk("2026-02-20T19:05"), seen) == hk("2026-02-20T19:05")


@pytest.mark.ledger("RAP-05")
def test_the_night_belongs_to_the_trading_day_before() -> None:
    friday = dt.date(2026, 11, 20)
    night = hk("2026-11-21T02:00")
    assert times.day_of("RAP", night, Calendar()) == friday
    assert times.day_of("ECP", night, Calendar()) == dt.date(2026, 11, 21)


@given(moments, st.sampled_from(["ECP", "RAP", "RRS"]), st.text(max_size=20))
def test_nothing_is_removed_before_it_was_made(
    made: dt.datetime, platform: str, name: str
) -> None:
    removed = times.removed_at(platform, "/download/x", name, made)
    assert made < removed <= made + dt.timedelta(days=10)
    assert times.last_available_on(removed) >= hk_day(made)

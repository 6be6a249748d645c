"""RAP's and RRS's hours at their edges, through typhoons, and told in a sentence."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import service_hours
from keys.service_hours import Service
from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar, DayKind, Override

FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (
    dt.date(2026, 11, day) for day in (20, 21, 22, 23, 24)
)
PLAIN = Calendar()
DCASS, CCMS = "/download/DCASS", "/download/HKCC_SEOCH_CCMS_GLOB"
KEY_FOLDER = "/key_management/publickey"
DAYS = st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
OVERRIDES = st.dictionaries(
    DAYS,
    st.one_of(
        st.builds(
            Override,
            st.sampled_from([DayKind.CLOSES_EARLY, DayKind.OPENS_LATE]),
            TIMES,
            st.just("Typhoon"),
        ),
        st.sampled_from([k for k in DayKind if not k.has_time]).map(Override),
    ),
    max_size=30,
)
CALENDARS = st.builds(Calendar, st.frozensets(DAYS, max_size=12), OVERRIDES)
MOMENTS = st.datetimes(dt.datetime(2026, 11, 2), dt.datetime(2026, 12, 30)).map(
    lambda at: at.replace(tzinfo=HONG_KONG)
)
PLATFORMS = st.sampled_from(["ECP", "RAP", "RRS"])


def at(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), HONG_KONG)


def is_open(folder: str | Service, day: dt.date, time: str) -> bool:
    return service_hours.is_open("RAP", folder, at(day, time), PLAIN)


def why(day: dt.date, time: str, calendar: Calendar = PLAIN) -> str:
    return service_hours.why_closed("RAP", Service.ANY, at(day, time), calendar)


def typhoon(day: dt.date, kind: DayKind, time: str = "") -> Calendar:
    moment = dt.time.fromisoformat(time) if time else None
    return Calendar(overrides={day: Override(kind, moment, "Typhoon signal 8")})


@pytest.mark.ledger("RAP-05", "RRS-05")
@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (MONDAY, "03:30", False),
        (MONDAY, "06:59:59", False),
        (MONDAY, "07:00", True),
        (MONDAY, "23:59:59", True),
        (TUESDAY, "00:00", True),
        (TUESDAY, "03:29:59", True),
        (TUESDAY, "03:30", False),
        (SATURDAY, "00:00", True),  # Friday's night
        (SATURDAY, "03:29:59", True),
        (SATURDAY, "03:30", False),
        (SATURDAY, "08:00", False),
        (MONDAY, "00:00", False),  # Sunday has no night
        (MONDAY, "03:29:59", False),
    ],
)
@pytest.mark.parametrize("folder", [DCASS, f"{DCASS}_OTHERS"])
def test_dcass_is_open_from_seven_until_half_past_three(
    folder: str, day: dt.date, time: str, expected: bool
) -> None:
    assert is_open(folder, day, time) is expected
    moment = at(day, time)
    assert service_hours.is_open("RRS", "CXYZ", moment, PLAIN) is expected
    assert service_hours.is_open("RRS", Service.ANY, moment, PLAIN) is expected


@pytest.mark.ledger("RAP-05")
@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (MONDAY, "07:14:59", False),
        (MONDAY, "07:15", True),
        (MONDAY, "23:59:59", True),
        (TUESDAY, "00:00", False),
        (SATURDAY, "02:00", False),
        (SATURDAY, "07:15", True),
        (SATURDAY, "12:59:59", True),
        (SATURDAY, "13:00", False),
        (SUNDAY, "08:00", False),
    ],
)
def test_ccms_is_open_until_midnight_and_on_saturday_mornings(
    day: dt.date, time: str, expected: bool
) -> None:
    assert is_open(CCMS, day, time) is expected


@pytest.mark.ledger("RAP-05")
def test_ccms_is_closed_on_a_saturday_that_is_a_public_holiday() -> None:
    calendar = Calendar(frozenset({SATURDAY}))
    assert not service_hours.is_open("RAP", CCMS, at(SATURDAY, "08:00"), calendar)


@pytest.mark.parametrize("folder", [KEY_FOLDER, "/download/SOMETHING_NEW"])
def test_keys_and_unknown_folders_wait_until_everything_is_open(folder: str) -> None:
    assert not is_open(folder, MONDAY, "07:14:59")
    assert is_open(folder, MONDAY, "07:15")
    assert not is_open(folder, TUESDAY, "00:00")
    assert not is_open(folder, SATURDAY, "08:00")


def test_ecp_is_always_open() -> None:
    sunday = at(SUNDAY, "05:00")
    assert service_hours.is_open("ECP", "/download", sunday, PLAIN)
    assert service_hours.opens_next("ECP", "/download", sunday, PLAIN) == sunday
    assert service_hours.closes_at("ECP", "/download", sunday, PLAIN) is None
    assert service_hours.why_closed("ECP", "/download", sunday, PLAIN) == ""


@pytest.mark.ledger("RAP-05")
def test_the_night_after_holiday_trading_is_open_too() -> None:
    holiday = frozenset({MONDAY})
    calendar = Calendar(holiday, {MONDAY: Override(DayKind.HOLIDAY_TRADING)})
    night = at(TUESDAY, "02:00")
    assert service_hours.is_open("RAP", DCASS, night, calendar)
    assert not service_hours.is_open("RAP", DCASS, night, Calendar(holiday))


def test_a_half_day_has_the_hours_of_every_trading_day() -> None:
    eve = Calendar(half_days=frozenset({MONDAY}))
    window = service_hours.window("RAP", DCASS, MONDAY, eve)
    assert window == (at(MONDAY, "07:00"), at(TUESDAY, "03:30"))


def test_a_typhoon_cuts_the_hours_at_either_end() -> None:
    early = typhoon(MONDAY, DayKind.CLOSES_EARLY, "14:00")
    late = typhoon(MONDAY, DayKind.OPENS_LATE, "13:00")
    assert service_hours.window("RAP", DCASS, MONDAY, early) == (
        at(MONDAY, "07:00"),
        at(MONDAY, "14:00"),
    )
    assert service_hours.window("RAP", CCMS, MONDAY, late) == (
        at(MONDAY, "13:00"),
        at(TUESDAY, "00:00"),
    )
    assert service_hours.window(
        "RAP", CCMS, SATURDAY, typhoon(SATURDAY, DayKind.CLOSES_EARLY, "10:00")
    ) == (at(SATURDAY, "07:15"), at(SATURDAY, "10:00"))


def test_a_day_closed_for_a_typhoon_has_no_hours_and_no_night() -> None:
    closed = typhoon(MONDAY, DayKind.CLOSED)
    assert not service_hours.is_open("RAP", DCASS, at(MONDAY, "12:00"), closed)
    assert not service_hours.is_open("RAP", DCASS, at(TUESDAY, "01:00"), closed)
    assert (
        service_hours.window("RAP", CCMS, SATURDAY, typhoon(SATURDAY, DayKind.CLOSED))
        is None
    )


@pytest.mark.parametrize(
    ("day", "time", "calendar", "sentence"),
    [
        (MONDAY, "12:00", PLAIN, ""),
        (MONDAY, "06:00", PLAIN, "RAP opens at 07:00"),
        (
            SATURDAY,
            "14:00",
            PLAIN,
            "RAP opens on Monday 23 November at 07:00: today is Saturday",
        ),
        (SATURDAY, "05:00", PLAIN, "RAP opens at 07:15"),
        (
            MONDAY,
            "09:00",
            Calendar(frozenset({MONDAY}), names={MONDAY: "Some Festival"}),
            "RAP opens on Tuesday 24 November at 07:00: "
            "today is a public holiday (Some Festival)",
        ),
        (
            MONDAY,
            "09:00",
            typhoon(MONDAY, DayKind.CLOSED),
            "RAP opens on Tuesday 24 November at 07:00: "
            "the exchange is closed today (Typhoon signal 8)",
        ),
        (
            MONDAY,
            "15:00",
            typhoon(MONDAY, DayKind.CLOSES_EARLY, "14:00"),
            "RAP opens on Tuesday 24 November at 07:00: "
            "the exchange is closed from 14:00 today (Typhoon signal 8)",
        ),
        (
            MONDAY,
            "09:00",
            typhoon(MONDAY, DayKind.OPENS_LATE, "13:00"),
            "RAP opens at 13:00: it opens late today (Typhoon signal 8)",
        ),
    ],
)
def test_why_it_is_closed_is_told_in_a_sentence(
    day: dt.date, time: str, calendar: Calendar, sentence: str
) -> None:
    assert why(day, time, calendar) == sentence


def test_the_sentence_of_ccms_names_ccms() -> None:
    night = at(TUESDAY, "01:00")
    told = service_hours.why_closed("RAP", CCMS, night, PLAIN)
    assert told == "CCMS on RAP opens at 07:15"


def test_open_hours_tell_when_they_end() -> None:
    noon = at(MONDAY, "12:00")
    assert service_hours.closes_at("RAP", DCASS, noon, PLAIN) == at(TUESDAY, "03:30")
    assert service_hours.closes_at("RAP", CCMS, noon, PLAIN) == at(TUESDAY, "00:00")
    assert service_hours.closes_at("RAP", CCMS, at(SUNDAY, "12:00"), PLAIN) is None


@given(PLATFORMS, st.sampled_from(Service), MOMENTS, CALENDARS)
def test_every_moment_is_open_or_an_opening_comes_after_it(
    platform: str, service: Service, moment: dt.datetime, calendar: Calendar
) -> None:
    opens = service_hours.opens_next(platform, service, moment, calendar)
    is_open_now = service_hours.is_open(platform, service, moment, calendar)
    assert service_hours.is_open(platform, service, opens, calendar)
    assert opens == moment if is_open_now else opens > moment
    told = service_hours.why_closed(platform, service, moment, calendar)
    assert bool(told) is not is_open_now


@given(st.sampled_from(["RAP", "RRS"]), st.sampled_from(Service), MOMENTS, CALENDARS)
def test_it_is_open_until_it_closes_and_closed_then(
    platform: str, service: Service, moment: dt.datetime, calendar: Calendar
) -> None:
    opens = service_hours.opens_next(platform, service, moment, calendar)
    closes = service_hours.closes_at(platform, service, opens, calendar)
    assert closes is not None
    just_before = closes - dt.timedelta(microseconds=1)
    assert service_hours.is_open(platform, service, just_before, calendar)
    assert not service_hours.is_open(platform, service, closes, calendar)


@given(MOMENTS, CALENDARS)
def test_whenever_every_service_is_open_each_of_them_is(
    moment: dt.datetime, calendar: Calendar
) -> None:
    every = service_hours.is_open("RAP", Service.EVERY, moment, calendar)
    each = [service_hours.is_open("RAP", f, moment, calendar) for f in (DCASS, CCMS)]
    assert not every or all(each)
    anything = service_hours.is_open("RAP", Service.ANY, moment, calendar)
    assert anything is any(each)

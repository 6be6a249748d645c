"""The calendar file, read again by rules of RFC 5545 and by the library."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from keys.calendars import Entry, written

NOW = dt.datetime(2024, 3, 1, 7, 4, 12, 999, tzinfo=dt.UTC)
DAY = dt.date(2024, 3, 14)
ENTRY = Entry("9d6c@portal", DAY, "End of a key; renew, today", "It ends\nso.")


def test_an_end_is_a_whole_day() -> None:
    text = written([ENTRY], NOW).decode()
    assert "DTSTART;VALUE=DATE:20240314\r\n" in text
    assert "DTEND;VALUE=DATE:20240315\r\n" in text
    assert "DTSTAMP:20240301T070412Z\r\n" in text
    assert "UID:9d6c@portal\r\n" in text


def test_commas_semicolons_and_new_lines_are_escaped() -> None:
    text = written([ENTRY], NOW).decode()
    assert "SUMMARY:End of a key\\; renew\\, today\r\n" in text
    assert "DESCRIPTION:It ends\\nso.\r\n" in text


def test_an_empty_calendar_is_one() -> None:
    assert written([], NOW).startswith(b"BEGIN:VCALENDAR\r\n")
    assert not Calendar.from_ical(written([], NOW)).walk("VEVENT")


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=300))
def test_every_line_is_at_most_75_bytes_and_nothing_is_lost(title: str) -> None:
    content = written([Entry("1@portal", DAY, title, title)], NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]) == title

"""Histories of keys for the timelines' tests, and a second telling of the rules."""

import datetime as dt

from hypothesis import strategies as st

from keys.timelines import Act, Event, Timeline, timeline

PLATFORMS = st.sampled_from(["ECP", "RAP", "RRS"])
START = dt.date(2023, 12, 1)


def event(on: dt.date, act: Act, key: str) -> Event:
    return Event(on, act, key)


def registered(on: dt.date, key: str) -> Event:
    return Event(on, Act.REGISTERED, key)


def renewed(on: dt.date, key: str) -> Event:
    return Event(on, Act.RENEWED, key)


@st.composite
def histories(draw: st.DrawFn, platform: str) -> list[Event]:
    """Uploads while a key works, registrations when none does, and now and then a
    registration or a revocation between."""
    day = START + dt.timedelta(draw(st.integers(0, 120)))
    events = [registered(day, "k0")]
    gaps = st.one_of(st.integers(0, 16), st.integers(0, 800))
    for n, gap in enumerate(draw(st.lists(gaps, max_size=8)), 1):
        day += dt.timedelta(gap)
        events.append(_next(draw, platform, events, day, f"k{n}"))
    return events


def _next(
    draw: st.DrawFn, platform: str, events: list[Event], day: dt.date, key: str
) -> Event:
    current = timeline(platform, events).on(day).current
    if current is None or draw(st.integers(0, 9)) == 0:
        return registered(day, key)
    if draw(st.integers(0, 9)) == 0:
        return event(day, Act.REVOKED, current.fingerprint)
    return renewed(day, key)


def after(known: Timeline, *days: int) -> list[dt.date]:
    """Days around everything that ends."""
    ends = {v.expires_on for v in known.validities} | {START}
    return sorted(end + dt.timedelta(n) for end in ends for n in (*days, -1, 0, 1))


class Exchange:
    """The guides' words as a machine that lives day by day, with nothing shared."""

    def __init__(self, platform: str) -> None:
        self.life = 731 if platform == "RRS" else None
        self.current: tuple[str, dt.date] | None = None
        self.renewed: tuple[str, dt.date] | None = None

    def wake(self, today: dt.date) -> None:
        if self.renewed and self.renewed[1] <= today:
            self.renewed = None
        if self.current and self.current[1] <= today:
            self.current, self.renewed = self.renewed, None

    def take(self, event: Event) -> None:
        self.wake(event.on)
        fresh = (event.fingerprint, self.end(event.on))
        if event.act is Act.REGISTERED:
            self.current, self.renewed = fresh, None
        elif event.act is Act.REVOKED:
            self.current, self.renewed = self.renewed, None
        elif self.current:
            key, end = self.current
            self.current = key, min(end, event.on + dt.timedelta(days=14))
            self.renewed = fresh

    def end(self, day: dt.date) -> dt.date:
        if self.life:
            return day + dt.timedelta(days=self.life)
        if (day.month, day.day) == (2, 29):
            return dt.date(day.year + 2, 2, 28)
        return dt.date(day.year + 2, day.month, day.day)

    @property
    def names(self) -> tuple[str | None, str | None]:
        return (
            self.current and self.current[0],
            self.renewed and self.renewed[0],
        )

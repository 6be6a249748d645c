"""What the apps above tell of a day, and what they do when the calendar changes.

They register themselves from their `AppConfig.ready()`: keys knows service hours.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from portal.tradingdays.calendar import Calendar


@dataclass(frozen=True)
class Effect:
    """For instance "Reports of RAP and RRS", "07:00 to 03:30"."""

    name: str
    hours: str


Teller = Callable[[dt.date, Calendar], list[Effect]]
_tellers: list[Teller] = []
_listeners: list[Callable[[], None]] = []


def add(teller: Teller) -> None:
    _tellers.append(teller)


def on_change(listener: Callable[[], None]) -> None:
    """Called in the transaction that changes the calendar."""
    _listeners.append(listener)


def of(day: dt.date, calendar: Calendar) -> list[Effect]:
    return [effect for teller in _tellers for effect in teller(day, calendar)]


def tell_change() -> None:
    for listener in _listeners:
        listener()

"""From what happened to an account's keys to the days on which each of them works."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from keys.platform_rules import WARNING_DAYS, Rules, rules_of


class Act(StrEnum):
    """Registered: through HKEX, and the only key from then on. Said: a person says so,
    and no login has shown it: nothing ends by words alone. Renewed: uploaded by the
    account itself. Revoked: HKEX took it out. Compromised: only we stop using it.
    """

    REGISTERED = "registered"
    SAID = "said"
    RENEWED = "renewed"
    REVOKED = "revoked"
    COMPROMISED = "compromised"


class Ending(StrEnum):
    AGE = "age"
    RENEWAL = "renewal"
    OVERWRITTEN = "overwritten"
    REVOKED = "revoked"
    REPLACED = "replaced"  # by a registration


class Slot(StrEnum):
    CURRENT = "current"
    RENEWED = "renewed"
    EXPIRED = "expired"
    SAID = "said"  # it may be the only key, or HKEX may not know it
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a Hong Kong day to the key of an MD5 fingerprint."""

    on: dt.date
    act: Act
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Validity:
    """The exchange takes the key from `works_from` until the day before `expires_on`.

    An interval that is empty belongs to a key that was overwritten on its first day.
    """

    fingerprint: str
    works_from: dt.date
    expires_on: dt.date
    ending: Ending = Ending.AGE
    compromised_on: dt.date | None = None
    is_said: bool = False

    def works_on(self, day: dt.date) -> bool:
        return self.works_from <= day < self.expires_on

    def trusted_on(self, day: dt.date) -> bool:
        """Works, and we have no reason to keep away from it."""
        unharmed = self.compromised_on is None or day < self.compromised_on
        return unharmed and self.works_on(day)

    def ended(self, on: dt.date, ending: Ending) -> "Validity":
        """Never later than it ended before."""
        if self.expires_on <= on:
            return self
        return replace(self, expires_on=on, ending=ending)


def last_day(expires_on: dt.date, ending: Ending) -> dt.date:
    """The last on which the key logged in: one that something ended did so until
    that moment of the day."""
    by_day = ending in (Ending.AGE, Ending.RENEWAL)
    return expires_on - dt.timedelta(1) if by_day else expires_on


class Slots(NamedTuple):
    current: Validity | None
    renewed: Validity | None

    def slot_of(self, found: Validity | None, day: dt.date) -> Slot:
        """NONE for a key that is not there, or not there yet."""
        if found is None or found.works_from > day:
            return Slot.NONE
        for slot, held in (
            (Slot.CURRENT, self.current),
            (Slot.RENEWED, self.renewed),
        ):
            if held and held.fingerprint == found.fingerprint:
                return slot
        return Slot.SAID if found.is_said and found.works_on(day) else Slot.EXPIRED


class ImpossibleHistory(ValueError):
    """The exchange cannot have taken these steps in this order."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All keys an account ever had, in the order in which they were taken.

    A past day is seen with what came after it: to know what was known on a day, build
    the timeline of the events until then.
    """

    validities: tuple[Validity, ...]

    def on(self, day: dt.date) -> Slots:
        """The older of the two working keys is the Current one (Guide A §3.5.2). One
        that is only said to be registered is in no slot while another works."""
        working = [v for v in self.validities if v.works_on(day)]
        sure = [v for v in working if not v.is_said]
        current, renewed = (*(sure or working), None, None)[:2]
        return Slots(current, renewed)

    def slot(self, fingerprint: str, day: dt.date) -> Slot:
        """NONE for a key that is not there, or not there yet."""
        return self.on(day).slot_of(self.find(fingerprint), day)

    def find(self, fingerprint: str) -> Validity | None:
        return next((v for v in self.validities if v.fingerprint == fingerprint), None)

    def usable(self, day: dt.date) -> tuple[Validity, ...]:
        """The keys to log in with, the newest first; no compromised one."""
        return tuple(v for v in reversed(self.validities) if v.trusted_on(day))

    def expiring(
        self, day: dt.date, within: int = WARNING_DAYS
    ) -> tuple[Validity, ...]:
        """Those that work on `day` and no longer `within` days after it."""
        end = day + dt.timedelta(within)
        held = [v for v in self.on(day) if v]
        return tuple(v for v in held if v.expires_on <= end)

    @property
    def expires_on(self) -> dt.date | None:
        """The first day on which no key of the account works."""
        return max((v.expires_on for v in self.validities), default=None)


def timeline(platform: str, events: Iterable[Event]) -> Timeline:
    """The events come in the order in which they happened; raises ImpossibleHistory."""
    held: dict[str, Validity] = {}
    last = dt.date.min
    for event in events:
        if event.on < last:
            raise ImpossibleHistory(f"{event.act} on {event.on} comes after {last}")
        last = event.on
        _APPLIED[event.act](rules_of(platform), held, event)
    return Timeline(tuple(held.values()))


def why_no_renewal(
    platform: str, known: Timeline, fingerprint: str, day: dt.date
) -> str | None:
    """One sentence on why the exchange would not take this upload; None if it would.

    A key that was ever registered is refused: HKEX refuses the registered ones (Guide
    A §3.5.2), and to come back to an old one is never wise.
    """
    if known.find(fingerprint):
        return "This key was registered for the account before: make a new one."
    if known.on(day).current is None:
        where = rules_of(platform).registers_at
        return f"No key of this account works any more: register a new one {where}."
    return None


def _register(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    _refuse_known(held, event)
    for fingerprint, validity in held.items():
        held[fingerprint] = validity.ended(event.on, Ending.REPLACED)
    _take(rules, held, event)


def _say(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    _refuse_known(held, event)
    beside = any(v.works_on(event.on) for v in held.values())
    _take(rules, held, event)
    held[event.fingerprint] = replace(held[event.fingerprint], is_said=beside)


def _renew(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    _refuse_known(held, event)
    current, renewed = Timeline(tuple(held.values())).on(event.on)
    if current is None:
        raise ImpossibleHistory(f"no key worked on {event.on} to renew with")
    if renewed:
        overwritten = renewed.ended(event.on, Ending.OVERWRITTEN)
        held[renewed.fingerprint] = overwritten
    else:
        end = rules.old_key_expires_on(event.on, current.expires_on)
        held[current.fingerprint] = current.ended(end, Ending.RENEWAL)
    _take(rules, held, event)


def _revoke(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    found = _known(held, event)
    held[event.fingerprint] = found.ended(event.on, Ending.REVOKED)


def _distrust(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    found = _known(held, event)
    since = min(found.compromised_on or event.on, event.on)
    held[event.fingerprint] = replace(found, compromised_on=since)


def _take(rules: Rules, held: dict[str, Validity], event: Event) -> None:
    end = rules.new_key_expires_on(event.on)
    held[event.fingerprint] = Validity(event.fingerprint, event.on, end)


def _known(held: dict[str, Validity], event: Event) -> Validity:
    if event.fingerprint not in held:
        raise ImpossibleHistory(f"{event.act} is said of a key that was never there")
    return held[event.fingerprint]


def _refuse_known(held: dict[str, Validity], event: Event) -> None:
    if event.fingerprint in held:
        raise ImpossibleHistory(f"a key is {event.act} that was there before")


_APPLIED: dict[Act, Callable[[Rules, dict[str, Validity], Event], None]] = {
    Act.REGISTERED: _register,
    Act.SAID: _say,
    Act.RENEWED: _renew,
    Act.REVOKED: _revoke,
    Act.COMPROMISED: _distrust,
}

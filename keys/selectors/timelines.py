"""From the rows of an account's keys to its timeline (keys/timelines.py)."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable
from operator import itemgetter

from keys.models import SftpAccount, SshKey
from keys.selectors.key_rows import TakenKey, taken_by
from keys.timelines import Act, Event, ImpossibleHistory, Timeline, timeline

logger = logging.getLogger(__name__)
EMPTY = Timeline(())


def timeline_of(account: SftpAccount) -> Timeline:
    """One query; the facility is read too unless the account came with it."""
    taken = SshKey.objects.filter(account=account, registered_on__isnull=False)
    return built(account.facility.platform, taken)


def timelines_of(accounts: Iterable[SftpAccount]) -> dict[uuid.UUID, Timeline]:
    """By the account's key; one query for all of them."""
    platforms = {account.pk: account.facility.platform for account in accounts}
    rows = taken_by(platforms)
    return {pk: built(of, rows.get(pk, ())) for pk, of in platforms.items()}


def built(
    platform: str, keys: Iterable[TakenKey], until: dt.datetime | None = None
) -> Timeline:
    """Of rows in any order; `until` leaves out what HKEX took later than that.

    A history that cannot be is read as registrations, each of which ends the others:
    the reading that promises least.
    """
    rows = list(keys)
    try:
        return timeline(platform, events(rows, until))
    except ImpossibleHistory:
        logger.exception("the keys of account %s cannot be", rows[0].account_id)
    return timeline(platform, events(rows, until, only_registrations=True))


def events(
    keys: Iterable[TakenKey],
    until: dt.datetime | None = None,
    *,
    only_registrations: bool = False,
) -> list[Event]:
    """In their order: within a day, what was taken comes before what was ended. A
    registration beside a key that has logged in is only said until its own login."""
    found: list[tuple[dt.date, bool, dt.datetime, Event]] = []
    rows = list(keys)
    proved = any(key.is_proved for key in rows)
    for key in rows:
        on = key.registered_on
        if on is None or (until and key.known_at > until):
            continue
        act = Act.REGISTERED if only_registrations else Act(key.taken)
        if act == Act.REGISTERED and not key.is_proved and proved:
            act = Act.SAID
        found.append((on, False, key.known_at, Event(on, act, key.fingerprint_md5)))
        for day, what in (
            (key.revoked_on, Act.REVOKED),
            (key.compromised_on, Act.COMPROMISED),
        ):
            if day is not None:
                # What is said of a key cannot be older than the key.
                later = max(day, on)
                event = Event(later, what, key.fingerprint_md5)
                found.append((later, True, key.known_at, event))
    return [event for *_, event in sorted(found, key=itemgetter(0, 1, 2))]

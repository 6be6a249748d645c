"""The calendar feed: by its secret token, and the events that it shows."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from keys.expiry_plan import in_words
from keys.models import CalendarFeed
from keys.selectors.expiries import Credential, credentials
from portal.people.models import Membership, Participant


@dataclass(frozen=True)
class Event:
    """One whole-day event; `uid` stays the same while the end does."""

    uid: str
    on: dt.date
    summary: str
    description: str


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(token: str) -> CalendarFeed | None:
    """None for an unknown or revoked token, or one whose person is no member now."""
    feed = (
        CalendarFeed.objects.filter(
            token_sha256=token_hash(token),
            revoked_at=None,
            user__is_active=True,
        )
        .select_related("participant", "user")
        .first()
    )
    if feed is None:
        return None
    is_member = Membership.objects.filter(
        user=feed.user_id, participant=feed.participant_id, is_active=True
    ).exists()
    return feed if is_member else None


def feeds_of(participant: Participant, user_pk: uuid.UUID) -> list[CalendarFeed]:
    rows = CalendarFeed.objects.filter(
        participant=participant, user=user_pk, revoked_at=None
    )
    return list(rows.order_by("-created_at"))


def events(participant: Participant, today: dt.date) -> list[Event]:
    """The ends that something depends on; what is replaced is left out."""
    return [_event(one) for one in credentials(participant, today) if one.counts]


def _event(one: Credential) -> Event:
    return Event(
        uid=f"{one.subject}-{one.expires_on:%Y%m%d}",
        on=one.expires_on,
        summary=f"{one.name} of {one.owner} at {one.facility} expires",
        description=f"It {in_words(one.days_left)}: renew it before this day.",
    )

"""Calendar feeds: a secret address is made once, kept as a hash, and revoked."""

import datetime as dt
import secrets

from keys.models import CalendarFeed
from keys.refusals import Refusal
from keys.selectors.feeds import token_hash
from keys.services import records
from portal.activity import transaction
from portal.activity.models import Kind
from portal.people.guards import Acting
from portal.people.models import Participant


def make_feed(
    participant: Participant, acting: Acting, now: dt.datetime
) -> tuple[CalendarFeed, str]:
    """The token is told once; an earlier feed of the person's is revoked."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        CalendarFeed.objects.filter(
            participant=participant, user=acting.user, revoked_at=None
        ).update(revoked_at=now)
        feed = CalendarFeed.objects.create(
            participant=participant,
            user=acting.user,
            token_sha256=token_hash(token),
            created_at=now,
        )
        told = "Make a calendar feed of expiries"
        records.of_participant(participant, Kind.ACCESS, told, by=acting.user)
    return feed, token


def revoke_feed(feed: CalendarFeed, acting: Acting, now: dt.datetime) -> None:
    """Its address answers nobody any more."""
    with transaction.atomic():
        revoked = CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(
            revoked_at=now
        )
        if not revoked:
            raise Refusal(
                "The feed was revoked before.", "Nothing was changed.", "Reload."
            )
        told = "Revoke a calendar feed of expiries"
        records.of_participant(feed.participant, Kind.ACCESS, told, by=acting.user)

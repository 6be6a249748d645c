"""How often a person may look at people within an hour: counted in the Activity."""

import datetime as dt

from portal.activity.models import Activity, Kind, Status
from portal.people.guards import Acting
from portal.people.models import User

WINDOW = dt.timedelta(hours=1)


def allow(acting: Acting, verb: str, most: int, now: dt.datetime) -> bool:
    """Whether one more is within what the hour allows. To be called in the transaction
    that tells of it: the person's own row is locked, so that two of theirs at once are
    counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=acting.user.pk)
    so_far = Activity.objects.filter(
        chain__participant=acting.participant,
        at__gt=now - WINDOW,
        kind=Kind.PERSONAL,
        user=acting.user,
        status=Status.SUCCESSFUL,
        description__startswith=verb,
    )
    return so_far.count() < most

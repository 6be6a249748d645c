"""How often a person may look at people within an hour: counted in the Activity."""

import datetime as dt

from portal.activity.models import Activity, Kind, Status

WINDOW = dt.timedelta(hours=1)


class TooMany(Exception):
    """The entry is one more than the hour allows; its transaction is to be undone."""


def check(entry: Activity, verb: str, most: int, now: dt.datetime) -> None:
    """To be called after `entry` was appended and before its commit: its chain is
    locked, so that two at once are counted one after the other. Raises TooMany."""
    so_far = Activity.objects.filter(
        chain=entry.chain_id,
        at__gt=now - WINDOW,
        kind=Kind.PERSONAL,
        user=entry.user_id,
        status=Status.SUCCESSFUL,
        description__startswith=verb,
    )
    if so_far.count() > most:
        raise TooMany

"""What happens backstage: accounts that are fetched for, and a file that waits."""

import datetime as dt

from portal import clock
from portal.people.models import Participant
from tests.transfers import builders, retrieved
from transfers.models import Fetching
from transfers.services import schedules

WHY = "HKEX answered permission denied. It is tried again by itself at 18:40."


def waiting() -> str:
    """Answers the account's key."""
    harbour = Participant.objects.get(code="CP00010")
    account = builders.account(harbour)
    schedules.give_defaults(clock.now())
    Fetching.objects.filter(account=account).update(listed_at=clock.now())
    late = clock.now() + dt.timedelta(minutes=20)
    name = "HBCNATRP_AAA000_20261120_with_a_very_long_name_that_has_no_space_in_it.csv"
    retrieved.row(account, name, sentence=WHY, fetch_after=late, tries=2)
    return str(account.pk)


def fails(account: str) -> None:
    """A round that ended early."""
    later = clock.now() + dt.timedelta(minutes=4)
    Fetching.objects.filter(account__pk=account).update(
        failures=2, not_before=later, sentence="The line broke.", wanted_since=later
    )

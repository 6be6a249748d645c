"""Why files come, or do not come just now, for the head of the Download Corner."""

import datetime as dt

from keys.models import SftpAccount
from portal.people.models import Participant
from transfers.selectors import fetching
from transfers.selectors.fetching import State

MOST = 8  # accounts that are told of; each is looked at by itself


def of(participant: Participant, now: dt.datetime) -> list[State]:
    """Of the enabled accounts; none where there are too many to tell of."""
    count = SftpAccount.objects.filter(participant=participant, is_enabled=True).count()
    return fetching.states(participant, now) if count <= MOST else []

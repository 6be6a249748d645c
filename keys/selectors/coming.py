"""What expires, as it is drawn: for Today's panel and the page of all of it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from keys.horizon import Horizon, horizon
from keys.selectors.expiries import Credential, credentials
from portal import clock
from portal.people.guards import Acting

ON_TODAY = 7  # lines of the panel
DRAWN = 40  # lines of the page; the table under it has all


def panel(acting: Acting) -> dict[str, object]:
    """The soonest ends, whatever they end; `rest` counts those left out."""
    today = clock.today()
    coming = [one for one in credentials(acting.participant, today) if is_ahead(one)]
    coming.sort(key=lambda one: one.expires_on)
    drawn = horizon(coming[:ON_TODAY], today)
    return {"drawing": drawn, "rest": len(coming) - len(drawn.lines)}


def together(found: Sequence[Credential]) -> list[Credential]:
    """The keys of an account side by side, so that their overlap is seen; the account
    whose end is the soonest first."""
    first: dict[uuid.UUID, dt.date] = {}
    for one in found:
        if one.counts:
            first[one.group] = one.expires_on
    last = dt.date.max
    return sorted(
        found,
        key=lambda one: (first.get(one.group, last), one.group.int, one.expires_on),
    )


def drawing(found: Sequence[Credential], today: dt.date) -> Horizon:
    return horizon([one for one in found if is_ahead(one)][:DRAWN], today)


def is_ahead(one: Credential) -> bool:
    return one.days_left > 0

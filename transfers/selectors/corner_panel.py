"""What Today shows of the Download Corner: what came last, and what leaves HKEX."""

from portal import clock
from portal.people.guards import Acting
from transfers.selectors import corner
from transfers.selectors.corner_filters import Wanted, stretch
from transfers.selectors.corner_walks import walk
from transfers.selectors.corner_words import SOON, lines

SHOWN = 5


def arrivals(acting: Acting) -> dict[str, object]:
    """{"arrivals": [Line], "leaving": [Line]}: four queries."""
    now, wanted = clock.now(), Wanted(acting.participant.pk)
    newest = walk(wanted, stretch(wanted), SHOWN)
    leaving = corner.leaving(acting.participant, now, SOON, SHOWN)
    return {
        "arrivals": lines(corner.rows(newest.places), now),
        "leaving": lines(leaving, now),
    }

"""HKEX's wish: each report once a day only, those of intraday margin excepted."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keys import service_hours
from keys.models import Platform
from portal.exchange.hktime import HONG_KONG
from portal.exchange.packets import Entry
from portal.tradingdays.calendar import DAY_BEGINS, service_day
from transfers.models import RetrievedFile, RetrievedStatus

if TYPE_CHECKING:
    from transfers.services.arrivals import Listing

LATER = (
    "Another version of it was fetched today, and HKEX asks for each report once a "
    "day. This one is fetched on the next service day. Fetch it now if it cannot wait."
)


@dataclass(frozen=True)
class FetchedToday:
    """The names of which a version was kept today, and when the next day begins."""

    names: frozenset[str]
    next_day: dt.datetime | None

    def fetch_after(self, name: str, *, is_intraday: bool) -> dt.datetime | None:
        """None: at once."""
        return self.next_day if name in self.names and not is_intraday else None


def fetched_today(listing: "Listing", entries: Iterable[Entry]) -> FetchedToday:
    """Guides B §4.1 and C §4.1, not ECP's. An empty version was no report."""
    account, platform = listing.account, listing.account.facility.platform
    if platform == Platform.ECP:
        return FetchedToday(frozenset(), None)
    begins = dt.datetime.combine(service_day(listing.at), DAY_BEGINS, HONG_KONG)
    kept = RetrievedFile.objects.filter(
        facility=account.facility_id,
        participant=account.participant_id,
        folder=listing.folder,
        name__in=[entry.name for entry in entries],
        status=RetrievedStatus.KEPT,
        size__gt=0,
        kept_at__gte=begins,
    )
    opens = service_hours.opens_next(
        platform, listing.folder, begins + dt.timedelta(days=1), listing.calendar
    )
    return FetchedToday(frozenset(kept.values_list("name", flat=True)), opens)

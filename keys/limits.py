"""What HKEX counts against an account, and when it may be asked again."""

import datetime as dt
from collections.abc import Iterable

SLACK = dt.timedelta(seconds=30)  # our clock and HKEX's are not the same
FIVE_MINUTES, HOUR = dt.timedelta(minutes=5), dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
# RRS locks at the fifth of these (Guide B §4.3 and §6.3): one less is ours.
RRS_LOGINS, RRS_UPLOADS, RRS_UPLOADS_A_DAY = 4, 4, 119
# Elsewhere nothing is told of a limit; ours keep a defect from becoming a storm.
OTHER_UPLOADS = 4


def next_login(
    platform: str, logins: Iterable[dt.datetime], now: dt.datetime
) -> dt.datetime:
    """The moment of the next login that HKEX will not hold against the account."""
    if str(platform) != "RRS":
        return now
    return _next(logins, now, RRS_LOGINS, FIVE_MINUTES)


def next_upload(
    platform: str, uploads: Iterable[dt.datetime], now: dt.datetime
) -> dt.datetime:
    """The same for uploads of keys, whatever becomes of them."""
    times = list(uploads)
    hourly = RRS_UPLOADS if str(platform) == "RRS" else OTHER_UPLOADS
    return max(
        _next(times, now, hourly, HOUR), _next(times, now, RRS_UPLOADS_A_DAY, DAY)
    )


def _next(
    times: Iterable[dt.datetime], now: dt.datetime, most: int, window: dt.timedelta
) -> dt.datetime:
    """What lies after `now` does not count: the clock was moved back."""
    span = window + SLACK
    recent = sorted(at for at in times if now - span < at <= now)
    return now if len(recent) < most else recent[-most] + span

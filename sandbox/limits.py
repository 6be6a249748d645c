"""Two controls that count: logins (Guide B §4.3) and key uploads (Guide B §6.3).

Times are seconds at the exchange, in any order; what lies after `now` (the clock was
moved back) does not count.
"""

from collections.abc import Iterable

LOGINS_AT_MOST, LOGIN_WINDOW = 5, 5 * 60
UPLOADS_AT_MOST, UPLOAD_WINDOW = 5, 60 * 60
UPLOADS_A_DAY = 120


def locked_until(logins: Iterable[float], now: float) -> float | None:
    """The fifth login within five minutes locks until five after the first of them."""
    times = sorted(at for at in logins if at <= now)[-LOGINS_AT_MOST:]
    if len(times) < LOGINS_AT_MOST or times[-1] - times[0] >= LOGIN_WINDOW:
        return None
    until = times[0] + LOGIN_WINDOW
    return until if now < until else None


def blocked_until(
    uploads: Iterable[float], now: float, day_began: float
) -> float | None:
    """The fifth upload in an hour, or the 120th of a day, blocks for an hour.

    `day_began` is the midnight before `now`.
    """
    times = sorted(at for at in uploads if at <= now)
    if not times or now >= (until := times[-1] + UPLOAD_WINDOW):
        return None
    in_the_hour = [at for at in times if at > times[-1] - UPLOAD_WINDOW]
    today = [at for at in times if at >= day_began]
    is_blocked = len(in_the_hour) >= UPLOADS_AT_MOST or len(today) >= UPLOADS_A_DAY
    return until if is_blocked else None

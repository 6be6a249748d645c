"""When to look for a result, and when to try again what failed: pure arithmetic."""

import datetime as dt
from dataclasses import dataclass

# Nearer answers are waited for in the same session: a login costs more than a wait.
STAY_FOR = dt.timedelta(seconds=15)
# The first try again after a visit that failed, doubled each time up to the last.
RETRY_FIRST = dt.timedelta(seconds=5)
RETRY_LAST = dt.timedelta(minutes=2)
# A refused login is not hammered: the exchange may lock the account.
RETRY_LOGIN = dt.timedelta(minutes=5)
# One file that could not be fetched: its neighbours do not wait for it.
FILE_FIRST, FILE_LAST = dt.timedelta(minutes=1), dt.timedelta(minutes=30)
# A round of fetching that ended early; nothing but the end of a day presses.
ROUND_FIRST, ROUND_LAST = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
SHORTEST = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Looking:
    """Seconds, from the settings of the same names (architecture.md, The visit)."""

    first: float
    every: float
    quick_for: float
    then_every: float


def next_look(waited: dt.timedelta, looking: Looking) -> dt.timedelta:
    """How long until the next look for the result of what was sent `waited` ago."""
    elapsed = waited.total_seconds()
    if elapsed < looking.first:
        return dt.timedelta(seconds=looking.first - elapsed)
    quick = elapsed < looking.quick_for
    return dt.timedelta(seconds=looking.every if quick else looking.then_every)


def retry_after(failures: int) -> dt.timedelta:
    """How long to leave an exchange alone after so many visits failed in a row."""
    return _doubled(RETRY_FIRST, failures, RETRY_LAST)


def retry_file_after(tries: int, left: dt.timedelta) -> dt.timedelta:
    """How long to leave a file alone that could not be fetched so often; `left`: until
    HKEX removes it."""
    return _in_time(_doubled(FILE_FIRST, tries, FILE_LAST), left)


def retry_round_after(failures: int, left: dt.timedelta) -> dt.timedelta:
    """How long until folders are listed again after so many rounds ended early; `left`:
    until something may be removed."""
    return _in_time(_doubled(ROUND_FIRST, failures, ROUND_LAST), left)


def _in_time(wait: dt.timedelta, left: dt.timedelta) -> dt.timedelta:
    """Half of what is left at most, again and again: else an exchange that comes back
    in the last minutes is met too late. Not more often than once a minute."""
    return min(wait, max(left / 2, SHORTEST))


def _doubled(first: dt.timedelta, times: int, last: dt.timedelta) -> dt.timedelta:
    return min(first * int(2 ** min(max(times - 1, 0), 10)), last)

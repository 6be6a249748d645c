"""When RAP and RRS are open (Guide C §4.1, Guide B §4.1), when that is imposed."""

from collections.abc import Container
from datetime import date, datetime, time, timedelta

from sandbox.accounts import Account
from sandbox.trees import CCMS_FOLDER

_NIGHT_ENDS = time(3, 30)
_SATURDAY = 5


def is_open(account: Account, now: datetime, holidays: Container[str]) -> bool:
    """Whether one of the account's services is open; ECP's always is.

    `holidays` are public holidays on which nobody trades, as ISO dates.
    """
    if account.platform == "ECP":
        return True
    if account.platform == "RRS":
        return _dcass_open(now, holidays)
    receives = account.subscriptions
    return ("DCASS" in receives and _dcass_open(now, holidays)) or (
        "CCMS" in receives and _ccms_open(now, holidays)
    )


def is_folder_open(
    account: Account, path: str, now: datetime, holidays: Container[str]
) -> bool:
    """Whether what lies at a path may be fetched: at RAP each service has its hours."""
    if account.platform != "RAP" or not path.startswith("/download/"):
        return is_open(account, now, holidays)
    is_ccms = path.startswith(f"/download/{CCMS_FOLDER}")
    return (_ccms_open if is_ccms else _dcass_open)(now, holidays)


def is_trading(day: date, holidays: Container[str]) -> bool:
    """Neither a Saturday nor a Sunday nor a holiday."""
    return day.weekday() < _SATURDAY and day.isoformat() not in holidays


def _dcass_open(now: datetime, holidays: Container[str]) -> bool:
    """07:00 to 03:30; the night belongs to the trading day before it."""
    day, at = now.date(), now.time()
    if at < _NIGHT_ENDS:
        return is_trading(day - timedelta(days=1), holidays)
    return at >= time(7) and is_trading(day, holidays)


def _ccms_open(now: datetime, holidays: Container[str]) -> bool:
    """07:15 to 24:00 on trading days, to 13:00 on Saturdays that are no holiday."""
    day, at = now.date(), now.time()
    if at < time(7, 15):
        return False
    if day.weekday() == _SATURDAY:
        return at < time(13) and day.isoformat() not in holidays
    return is_trading(day, holidays)

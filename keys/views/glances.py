"""An account's or a key's state in a status word of the design."""

from keys.renewal_states import OPEN
from keys.selectors.accounts import AccountRow, KeyLine
from keys.selectors.expiries import WARN_DAYS
from keys.views.renewal_steps import words

Glance = tuple[str, str]  # `data-s` and the word
COMPROMISED = ("bad", "Failed: compromised")
REPLACED = ("idle", "Replaced")
DISABLED = ("idle", "Closed: disabled")


def of_account(row: AccountRow) -> Glance:
    """What a person should know first."""
    if not row.account.is_enabled:
        return DISABLED
    if row.is_compromised:
        return COMPROMISED
    if row.days_left is None:
        return "bad", "Missing key"
    if row.days_left <= 0:
        return "bad", "Expired"
    if row.renewal and row.renewal.status in OPEN:
        return words(row.renewal)
    return _by_days(row.days_left)


def of_key(line: KeyLine) -> Glance:
    """Of a key that works."""
    return COMPROMISED if line.is_compromised else _by_days(line.days_left)


def _by_days(days: int) -> Glance:
    if days > WARN_DAYS:
        return "ok", "Valid"
    return "warn", f"Expires in {days} day{'' if days == 1 else 's'}"

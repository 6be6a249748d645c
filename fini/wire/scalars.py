"""Reading single values as FINI spells them: text or number, blank or null."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from fini.wire.json_text import unreadable

Fields = Mapping[str, object]
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
LONGEST_NUMBER = 25  # digits; FINI's longest is 18


def text(fields: Fields, name: str) -> str:
    """A string, or a number in its digits; "" for null or nothing."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise unreadable(f"{name} is neither text nor a number")
    return str(value)


def required(fields: Fields, name: str) -> str:
    found = text(fields, name)
    if not found.strip():
        raise unreadable(f"{name} is missing")
    return found


def whole(fields: Fields, name: str) -> int | None:
    """A whole number, also as text; None for null, blank or nothing."""
    value = text(fields, name).strip()
    if not value:
        return None
    sign, digits = value[:1] == "-", value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise unreadable(f"{name} is not a whole number")
    return -int(digits) if sign else int(digits)


def mapping(value: object, what: str) -> Fields:
    if not isinstance(value, Mapping):
        raise unreadable(f"{what} is not an object")
    return value


def items(fields: Fields, name: str) -> list[object]:
    """A list; one object or text alone is a list of one, null and nothing are empty."""
    value = fields.get(name)
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def moment(written: str) -> dt.datetime | None:
    """`YYYY-MM-DD HH:MM:SS` in Hong Kong; None for what is written otherwise."""
    try:
        return dt.datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(
            tzinfo=HONG_KONG
        )
    except ValueError:
        return None


def rest(fields: Fields, *known: str) -> dict[str, object]:
    """The fields that no name of ours covers: kept, and shown."""
    return {name: value for name, value in fields.items() if name not in known}

"""The fields of an IPO as they come: kept as they are, compared, shown one by one."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice

from fini import names
from fini.wire.records import Ipo
from portal.exchange.errors import printable

KNOWN = (names.STOCK_CODE, names.ISIN, names.STATUS)
MOST_SHOWN = 500  # fields of one IPO; guide D prints four
LONGEST_SHOWN = 2_000  # characters of one field
LONGEST_NAME = 200
LONGEST_KNOWN = 40
LONGEST_CALLED = 80
_BREAK = re.compile(r"[\r\n\t]+")
_NAME = re.compile(r"(stk|stock|company|issuer|ipo)?_?name(_?eng(lish)?|_?en)?", re.I)
Fields = Mapping[str, object]


def known(ipo: Ipo) -> dict[str, str]:
    """The fields that stand in columns, by FINI's names, as a column holds them."""
    told = (printable(t, LONGEST_KNOWN) for t in (ipo.stock_code, ipo.isin, ipo.status))
    return dict(zip(KNOWN, told, strict=True))


def merged(listed: Ipo, reference: Fields) -> dict[str, object]:
    """All but the known fields, of the list and of refdata; where refdata says
    otherwise about a known one, that is kept too."""
    columns = {names.IPO_ID: listed.ipo_id, **known(listed)}
    further = {
        name: value
        for name, value in reference.items()
        if name not in columns or str(value) != columns[name]
    }
    return {name: storable(value) for name, value in {**listed.rest, **further}.items()}


def storable(value: object) -> object:
    """As JSON keeps it: a number with a point is its text, digit for digit."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {name: storable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def changes(before: Fields, after: Fields) -> dict[str, list[object]]:
    """{field: [before, after]}, None where the field is absent."""
    return {
        name: [before.get(name), after.get(name)]
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def shown(fields: Fields) -> list[tuple[str, str]]:
    """Every field as name and text, what is inside others by its path."""
    found: list[tuple[str, str]] = []
    for name, text in _walk("", fields):
        if len(found) == MOST_SHOWN:
            found.append(("…", f"More than {MOST_SHOWN} fields came."))
            break
        found.append((printable(name, LONGEST_NAME), text))
    return found


def name_of(fields: Fields) -> str:
    """What refdata calls the IPO, in English before any other; "" where nothing there
    is its name. Guide D prints no such field: it is for the eye, beside the ID."""
    found = [
        (not name.lower().endswith(("en", "eng", "english")), as_text(value))
        for name, value in fields.items()
        if isinstance(value, str) and value.strip() and _NAME.fullmatch(name)
    ]
    return min(found, key=lambda one: one[0])[1][:LONGEST_CALLED] if found else ""


def as_text(value: object) -> str:
    """One value, also a nested one, in a line that no mark in it turns around."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        some = islice(_walk("", value), MOST_SHOWN)
        text = ", ".join(f"{n}: {t}" if n else t for n, t in some)
    else:
        text = str(value)
    shown = printable(_BREAK.sub(" ", text[: LONGEST_SHOWN + 1]), LONGEST_SHOWN + 1)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def _walk(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Depth is bounded where answers are read."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(f"{path}.{name}" if path else str(name), item)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _walk(f"{path}[{number}]", item)
    else:
        yield path, as_text(value)

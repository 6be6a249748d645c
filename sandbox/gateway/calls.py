"""One call on its way through the gateway, and what all endpoints read alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.gateway.companies import Company
from sandbox.gateway.envelope import Envelope
from sandbox.gateway.faults import Faults
from sandbox.gateway.store import Store
from sandbox.gateway.wire import bad_request, exception, loaded
from sandbox.settings import Settings
from sandbox.web import Request

ENTRIES_AT_MOST = 1000
_SIZE = 100
_DIGITS_AT_MOST = 18


@dataclass(frozen=True)
class Call:
    """A request whose token, entitlement and envelope hold."""

    request: Request
    company: Company
    now: datetime
    store: Store
    faults: Faults
    settings: Settings
    envelope: Envelope | None = None

    @property
    def end_cursor(self) -> str | None:
        """nextCursor of a last page: which of "", "0" and null HKEX writes is open."""
        return self.settings.gateway_end_cursor

    def payload(self) -> dict[str, Any]:
        """The JSON object of a POST; raises Failed."""
        found = loaded(self.request.body)
        if not isinstance(found, dict):
            raise bad_request("SBX900", "The body is not a JSON object.")
        return found

    def entries(self) -> list[Any]:
        """The array `data` of 1 to 1,000 records; raises Failed (405904)."""
        found = self.payload().get("data")
        if not isinstance(found, list) or not 1 <= len(found) <= ENTRIES_AT_MOST:
            raise bad_request("405904", "data must be an array of 1 to 1000 records.")
        return found

    def sealing(self) -> Envelope:
        """The envelope of a call that has one."""
        if self.envelope is None:
            raise TypeError("This endpoint is not called without an envelope.")
        return self.envelope

    def error_for(self, ref: str) -> list[dict[str, str]]:
        """The record error that was ordered for this entry, none as a rule."""
        fault = self.faults.peek("record_errors", self.request.path)
        if fault is None or fault.params.get("ref", ref) != ref:
            return []
        fault.entries += 1
        if fault.entries % fault.params["every"]:
            return []
        message = fault.params.get("message", "Refused as ordered at the sandbox.")
        return [exception(fault.params.get("error_code", "SBX199"), message)]


@dataclass(frozen=True)
class Page:
    """Which entries are asked for: so many, from this key on."""

    size: int
    start: int


def page_of(given: dict[str, Any]) -> Page:
    """size and nextCursor out of a query string or a payload; raises Failed."""
    size = given.get("size")
    if size in (None, ""):
        size = _SIZE
    number = whole(size)
    if number is None or not 1 <= number <= ENTRIES_AT_MOST:
        raise bad_request("401900", "size must be a whole number from 1 to 1000.")
    cursor = given.get("nextCursor")
    if cursor in (None, ""):
        raise bad_request("SBX901", "nextCursor is required: 0 for the first page.")
    if isinstance(cursor, str) and len(cursor) == 17 and cursor[-1] in "OBA":
        cursor = cursor[:-1]  # a recordID
    start = whole(cursor)
    if start is None:
        raise bad_request("SBX901", "nextCursor is none that the gateway gave.")
    return Page(number, start)


def whole(value: Any) -> int | None:
    """A number of at most 18 digits, written as JSON's number or as text."""
    if type(value) is int and 0 <= value < 10**_DIGITS_AT_MOST:
        return value
    is_text = isinstance(value, str) and value.isascii() and value.isdecimal()
    if is_text and len(value) <= _DIGITS_AT_MOST:
        return int(value)
    return None


def word(value: Any, at_most: int) -> str | None:
    """A text (or a number, written out) of 1 to so many printable characters."""
    if type(value) is int:
        value = str(value) if 0 <= value < 10**_DIGITS_AT_MOST else None
    if not isinstance(value, str) or not 0 < len(value) <= at_most:
        return None
    return value if value.isprintable() else None


def turned(
    rows: list[dict[str, Any]], page: Page, key: str, end: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page out of one row more than asked for, and the next page's cursor."""
    if len(rows) <= page.size:
        return rows, end
    return rows[: page.size], str(rows[page.size][key])

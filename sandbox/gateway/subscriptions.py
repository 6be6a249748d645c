"""EIPO subscriptions: add, change, invalidate (Introduction; Requests 1).

Nothing here is idempotent: the same record added twice is two records.
The record errors' codes are the sandbox's own, since HKEX prints none.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.gateway.calls import Call, whole, word
from sandbox.gateway.envelope import FIELDS, check_plain
from sandbox.gateway.wire import envelope, exception

AUTHORISED, INVALIDATED = "3", "4"  # subFlowStatus (secondary)
_FIRST = 10**15  # so that a recordID has its 16 digits
_PERSONS_AT_MOST, _NAME_AT_MOST = 4, 512
_QUANTITY_AT_MOST = 10**12
_RECORD_ID = re.compile(r"[0-9]{16}[OBA]")
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode

ERRORS = {
    "SBX100": "The entry is not a JSON object.",
    "SBX101": "requestID is missing or malformed.",
    "SBX102": "There is no such IPO.",
    "SBX103": "idList must hold 1 to 4 applicants.",
    "SBX104": "idType, idCountryJurisdiction, idNum and a full name are required.",
    "SBX105": "appQuantity is not a positive whole number.",
    "SBX106": "firmID is none of this company.",
    "SBX107": "ownRef is missing or malformed.",
    "SBX108": "There is no such record of this company.",
    "SBX109": "The record is invalidated already.",
    "SBX110": "A record cannot move to another IPO.",
    "SBX111": "The IPO takes no subscriptions now.",
}


class Wrong(Exception):
    """This entry alone is refused, by a code of ERRORS or by one that was ordered."""

    def __init__(self, code: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(code)
        self.errors = errors or [exception(code, ERRORS[code])]


@dataclass(slots=True)
class Subscription:
    """What an entry says, its five fields opened; `persons` as JSON."""

    request_id: str
    ipo_id: int
    own_ref: str
    firm_id: str
    quantity: int
    persons: str


class Reading:
    """Reads the entries of one call, held against the IPOs and the company's own."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._ipos = {
            row["ipo_id"]: row["status"]
            for row in call.store.rows("SELECT * FROM ipos")
        }

    def read(self, entry: Any) -> Subscription:
        """An entry of add or change; raises Wrong, or Failed by its cipher texts."""
        if not isinstance(entry, dict):
            raise Wrong("SBX100")
        check_plain(entry)
        persons = self._persons(entry.get("idList"))
        ipo_id = whole(entry.get("ipoID"))
        if ipo_id is None or ipo_id not in self._ipos:
            raise Wrong("SBX102")
        if self._ipos[ipo_id] in self.call.settings.gateway_closed_statuses:
            raise Wrong("SBX111")
        quantity = whole(entry.get("appQuantity"))
        if not quantity or quantity > _QUANTITY_AT_MOST:
            raise Wrong("SBX105")
        firm_id = entry.get("firmID")
        if not isinstance(firm_id, str) or firm_id not in self.call.company.firm_ids:
            raise Wrong("SBX106")
        request_id = _required(entry, "requestID", 20, "SBX101")
        own_ref = _required(entry, "ownRef", 64, "SBX107")
        self.check_order(own_ref)
        return Subscription(request_id, ipo_id, own_ref, firm_id, quantity, persons)

    def _persons(self, given: Any) -> str:
        if not isinstance(given, list) or not 1 <= len(given) <= _PERSONS_AT_MOST:
            raise Wrong("SBX103")
        return _AS_JSON([self._person(one) for one in given])

    def _person(self, given: Any) -> dict[str, str]:
        if not isinstance(given, dict):
            raise Wrong("SBX104")
        check_plain(given)
        opened = self.call.sealing().opened
        person = {}
        for name in FIELDS:
            value = given.get(name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise Wrong("SBX104")
            person[name] = opened(value)
        is_named = person.get("fullNameEng") or person.get("fullNameChi")
        if not is_named or not all(map(person.get, FIELDS[:3])):
            raise Wrong("SBX104")
        if max(map(len, person.values())) > _NAME_AT_MOST:
            raise Wrong("SBX104")
        return person

    def own(self, entry: Any) -> dict[str, Any]:
        """The record that an entry names by its recordID; raises Wrong."""
        if not isinstance(entry, dict):
            raise Wrong("SBX100")
        check_plain(entry)
        number = number_of(entry.get("recordID"))
        row = self.call.store.row(
            "SELECT * FROM records WHERE id = ? AND company_id = ?",
            (number, self.call.company.company_id),
        )
        if number is None or row is None:
            raise Wrong("SBX108")
        if row["status"] == INVALIDATED:
            raise Wrong("SBX109")
        return dict(row)

    def check_order(self, ref: str) -> None:
        """Raise Wrong where a record error was ordered for this ownRef."""
        if errors := self.call.error_for(ref):
            raise Wrong("", errors)


def add(call: Call) -> dict[str, Any]:
    """Each entry's recordID, or its exception."""
    reading = Reading(call)
    last = call.store.row("SELECT MAX(id) AS id FROM records")
    number = (last["id"] if last else None) or _FIRST
    rows: list[tuple[Any, ...]] = []

    def record(entry: Any) -> dict[str, str]:
        found = reading.read(entry)
        rows.append((number + len(rows) + 1, *_columns(call, found)))
        return {"recordID": record_id(rows[-1][0])}

    answered = [_answered(entry, record) for entry in call.entries()]
    call.store.write("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return envelope(answered, call.now)


def change(call: Call) -> dict[str, Any]:
    """What an entry says takes the place of what its recordID stood for."""
    reading = Reading(call)

    def replace(entry: Any) -> dict[str, str]:
        row = reading.own(entry)
        found = reading.read(entry)
        if found.ipo_id != row["ipo_id"]:
            raise Wrong("SBX110")
        call.store.write(
            "REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(row["id"], *_columns(call, found))],
        )
        return {"recordID": record_id(row["id"])}

    return envelope([_answered(entry, replace) for entry in call.entries()], call.now)


def invalidate(call: Call) -> dict[str, Any]:
    """The records named stand no more."""
    reading = Reading(call)

    def end(entry: Any) -> dict[str, str]:
        row = reading.own(entry)
        reading.check_order(row["own_ref"])
        call.store.write(
            "UPDATE records SET status = ? WHERE id = ?", [(INVALIDATED, row["id"])]
        )
        return {"recordID": record_id(row["id"])}

    return envelope([_answered(entry, end) for entry in call.entries()], call.now)


def record_id(number: int) -> str:
    """Sixteen digits and the A of those made over the API."""
    return f"{number:016d}A"


def number_of(value: Any) -> int | None:
    """The digits of a recordID; None when it is none."""
    if isinstance(value, str) and _RECORD_ID.fullmatch(value):
        return int(value[:-1])
    return None


def _answered(entry: Any, work: Callable[[Any], dict[str, str]]) -> dict[str, Any]:
    """The entry's requestID, a number where it is one, and what came of it."""
    given = entry.get("requestID") if isinstance(entry, dict) else None
    number, text = whole(given), word(given, 20)
    echo = {} if text is None else {"requestID": text if number is None else number}
    try:
        return {**echo, **work(entry), "exception": []}
    except Wrong as wrong:
        return {**echo, "exception": wrong.errors}


def _columns(call: Call, found: Subscription) -> tuple[Any, ...]:
    return (
        call.company.company_id,
        found.ipo_id,
        found.request_id,
        found.own_ref,
        found.firm_id,
        found.quantity,
        found.persons,
        AUTHORISED,
    )


def _required(entry: dict[str, Any], name: str, at_most: int, code: str) -> str:
    text = word(entry.get(name), at_most)
    if text is None:
        raise Wrong(code)
    return text

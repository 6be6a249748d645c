"""EIPO subscriptions: query, its personal fields sealed (Requests 2)."""

import json
import sqlite3
from typing import Any

from sandbox.gateway.calls import ENTRIES_AT_MOST, Call, Page, page_of, turned, whole
from sandbox.gateway.envelope import Envelope
from sandbox.gateway.subscriptions import (
    AUTHORISED,
    ERRORS,
    INVALIDATED,
    number_of,
    record_id,
)
from sandbox.gateway.wire import bad_request, envelope, exception


def query(call: Call) -> dict[str, Any]:
    """The company's own records of an IPO, or those named, the oldest first.

    A record that is named and not there (or not Authorised) answers with an exception.
    """
    payload = call.payload()
    wanted = payload.get("data")
    if not isinstance(wanted, dict):
        raise bad_request("SBX902", "data must be a JSON object.")
    page = page_of(payload)
    status = _status(wanted.get("subFlowStatus"))
    named = wanted.get("recordID")
    if named not in (None, "", []):
        return envelope(
            _named(call, named, status), call.now, nextCursor=call.end_cursor
        )
    ipo_id = whole(wanted.get("ipoID"))
    if ipo_id is None:
        raise bad_request("SBX903", "ipoID or recordID is mandatory.")
    if call.store.row("SELECT 1 FROM ipos WHERE ipo_id = ?", (ipo_id,)) is None:
        raise bad_request("SBX102", ERRORS["SBX102"])
    entries, cursor = turned(
        _of_ipo(call, ipo_id, page, status), page, "recordID", call.end_cursor
    )
    return envelope(entries, call.now, nextCursor=cursor)


def _of_ipo(
    call: Call, ipo_id: int, page: Page, status: str | None
) -> list[dict[str, Any]]:
    rows = call.store.rows(
        "SELECT * FROM records WHERE company_id = ? AND ipo_id = ? AND id >= ?"
        " AND (? IS NULL OR status = ?) ORDER BY id LIMIT ?",
        (call.company.company_id, ipo_id, page.start, status, status, page.size + 1),
    )
    return [_entry(row, call.sealing()) for row in rows]


def _named(call: Call, named: Any, status: str | None) -> list[dict[str, Any]]:
    if not isinstance(named, list) or len(named) > ENTRIES_AT_MOST:
        raise bad_request("405904", "recordID must be an array of 1 to 1000 ids.")
    found = []
    for one in named:
        row = call.store.row(
            "SELECT * FROM records WHERE id = ? AND company_id = ? AND status = ?",
            (number_of(one), call.company.company_id, status or AUTHORISED),
        )
        found.append(_missing(one) if row is None else _entry(row, call.sealing()))
    return found


def _missing(asked: Any) -> dict[str, Any]:
    shown = None if number_of(asked) is None else asked
    error = exception("SBX108", ERRORS["SBX108"])
    return {"recordID": shown, "exception": [error]}


def _entry(row: sqlite3.Row, seal: Envelope) -> dict[str, Any]:
    return {
        "requestID": row["request_id"],
        "recordID": record_id(row["id"]),
        "ipoID": str(row["ipo_id"]),
        "idList": [
            {name: seal.seal(text) for name, text in person.items()}
            for person in json.loads(row["persons"])
        ],
        "appQuantity": str(row["quantity"]),
        "firmID": row["firm_id"],
        "ownRef": row["own_ref"],
        "subFlowStatus": row["status"],
        "exception": [],
    }


def _status(given: Any) -> str | None:
    if given in (None, ""):
        return None
    if given not in (AUTHORISED, INVALIDATED):
        raise bad_request(
            "SBX904", f"subFlowStatus is {AUTHORISED} (Authorised) or {INVALIDATED}."
        )
    return str(given)

"""IPO Reference Data: list and refdata (Introduction; Requests 1 and 2)."""

import json
from typing import Any

from sandbox.gateway.calls import Call, page_of, turned, whole
from sandbox.gateway.store import Store
from sandbox.gateway.subscriptions import ERRORS
from sandbox.gateway.wire import bad_request, envelope
from sandbox.layout import SandboxError

_MEMBERS = ("ipo_id", "stk_code", "isin", "status")


def ipo_list(call: Call) -> dict[str, Any]:
    """Every IPO from nextCursor on; the next page's first ipoID comes with it."""
    page = page_of(call.request.query)
    rows = call.store.rows(
        "SELECT * FROM ipos WHERE ipo_id >= ? ORDER BY ipo_id LIMIT ?",
        (page.start, page.size + 1),
    )
    entries = [
        {
            "ipoID": str(row["ipo_id"]),
            "stkCode": row["stk_code"],
            "isin": row["isin"],
            "status": row["status"],
        }
        for row in rows
    ]
    shown, cursor = turned(entries, page, "ipoID", call.end_cursor)
    return envelope(shown, call.now, camel=True, nextCursor=cursor)


def refdata(call: Call) -> dict[str, Any]:
    """One IPO's, named by ipoID in the URI (assumed: no field of it is printed)."""
    ipo_id = whole(call.request.query.get("ipoID"))
    row = call.store.row("SELECT * FROM ipos WHERE ipo_id = ?", (ipo_id,))
    if row is None:
        raise bad_request("SBX102", ERRORS["SBX102"])
    entry = {
        "ipoID": str(row["ipo_id"]),
        "stkCode": row["stk_code"],
        "isin": row["isin"],
        "status": row["status"],
        **json.loads(row["refdata"]),
    }
    return envelope([entry], call.now)


def save_ipo(store: Store, wanted: Any) -> None:
    """List an IPO, or replace it; raises SandboxError.

    `refdata` is any JSON object; {"ipo_id": "1239", "stk_code": …, "isin": …,
    "status": "25", "refdata": {…}}.
    """
    if not isinstance(wanted, dict) or not set(_MEMBERS) <= set(wanted):
        raise SandboxError(f"An IPO has {list(_MEMBERS)}, and may have refdata.")
    ipo_id, given = whole(wanted["ipo_id"]), wanted.get("refdata", {})
    if ipo_id is None or not isinstance(given, dict):
        raise SandboxError("An ipo_id is of digits, refdata a JSON object.")
    texts = [str(wanted[name]) for name in _MEMBERS[1:]]
    check_status(texts[-1])
    store.write(
        "INSERT OR REPLACE INTO ipos VALUES (?, ?, ?, ?, ?)",
        [(ipo_id, *texts, json.dumps(given))],
    )


def set_status(store: Store, ipo_id: Any, status: str) -> None:
    """Move an IPO to another status; raises SandboxError."""
    check_status(status)
    number = whole(ipo_id)
    if store.row("SELECT 1 FROM ipos WHERE ipo_id = ?", (number,)) is None:
        raise SandboxError("There is no such IPO.")
    store.write("UPDATE ipos SET status = ? WHERE ipo_id = ?", [(status, number)])


def check_status(status: str) -> None:
    """Two digits, whatever they mean (notes.md)."""
    if len(status) != 2 or not (status.isascii() and status.isdecimal()):
        raise SandboxError("A status is of two digits.")

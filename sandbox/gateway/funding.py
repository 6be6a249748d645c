"""EIPO Funding for designated banks: query and confirm (Introduction; Requests 1)."""

from datetime import datetime
from typing import Any

from sandbox.gateway.calls import Call, page_of, turned, whole
from sandbox.gateway.store import Store
from sandbox.gateway.wire import bad_request, envelope, exception
from sandbox.hktime import HONG_KONG
from sandbox.layout import SandboxError

PENDING, CONFIRMED, REJECTED = "10", "20", "30"
_TIME = "%Y-%m-%d %H:%M:%S"
_MEMBERS = (
    *("transaction_ref", "ipo_id", "firm_id", "bank"),
    *("amount", "currency", "deadline"),
)

ERRORS = {
    "SBX201": "There is no such transactionRef for this bank.",
    "SBX202": "preFundingStatus must be 20 (confirm) or 30 (reject).",
    "SBX203": "The funding was confirmed or rejected before.",
    "SBX204": "The deadline for confirmation has passed.",
}


def query(call: Call) -> dict[str, Any]:
    """The bank's funding lists, of one IPO where `ipoID` says so."""
    payload = call.payload()
    wanted = payload.get("data", {})
    if not isinstance(wanted, dict):
        raise bad_request("SBX902", "data must be a JSON object.")
    page, given = page_of(payload), wanted.get("ipoID")
    ipo_id = whole(given)
    if ipo_id is None and given not in (None, ""):
        raise bad_request("SBX903", "ipoID is malformed.")
    rows = call.store.rows(
        "SELECT * FROM fundings WHERE company_id = ? AND transaction_ref >= ?"
        " AND (? IS NULL OR ipo_id = ?) ORDER BY transaction_ref LIMIT ?",
        (call.company.company_id, page.start, ipo_id, ipo_id, page.size + 1),
    )
    entries = [
        {
            "transactionRef": f"{row['transaction_ref']:013d}",
            "ipoID": str(row["ipo_id"]),
            "firmID": row["firm_id"],
            "bank": row["bank"],
            "amount": row["amount"],
            "currency": row["currency"],
            "preFundingStatus": row["status"],
            "deadline": row["deadline"],
            "exception": [],
        }
        for row in rows
    ]
    shown, cursor = turned(entries, page, "transactionRef", call.end_cursor)
    return envelope(shown, call.now, nextCursor=cursor)


def confirm(call: Call) -> dict[str, Any]:
    """Each entry's transactionRef with its status now, or its exception."""
    return envelope([_decided(call, entry) for entry in call.entries()], call.now)


def _decided(call: Call, entry: Any) -> dict[str, Any]:
    given = entry if isinstance(entry, dict) else {}
    ref, status = given.get("transactionRef"), given.get("preFundingStatus")
    number = whole(ref)
    row = call.store.row(
        "SELECT * FROM fundings WHERE transaction_ref = ? AND company_id = ?",
        (number, call.company.company_id),
    )
    if row is None:
        return _refused({} if number is None else {"transactionRef": ref}, "SBX201")
    shown = {"transactionRef": ref, "preFundingStatus": row["status"]}
    if status not in (CONFIRMED, REJECTED):
        return _refused(shown, "SBX202")
    if row["status"] != PENDING:
        return _refused(shown, "SBX203")
    if call.now >= _moment(row["deadline"]):
        return _refused(shown, "SBX204")
    if errors := call.error_for(str(ref)):
        return shown | {"exception": errors}
    call.store.write(
        "UPDATE fundings SET status = ? WHERE transaction_ref = ?", [(status, number)]
    )
    return shown | {"preFundingStatus": status, "exception": []}


def _refused(shown: dict[str, Any], code: str) -> dict[str, Any]:
    return shown | {"exception": [exception(code, ERRORS[code])]}


def save_funding(store: Store, company_id: str, wanted: Any) -> None:
    """Give a bank one more list to confirm, or the list anew; raises SandboxError.

    {"transaction_ref": 13 digits, "ipo_id", "firm_id", "bank", "amount": "1234.50",
    "currency": "HKD", "deadline": "2026-03-06 12:00:00" (Hong Kong)}.
    """
    if not isinstance(wanted, dict) or set(wanted) != set(_MEMBERS):
        raise SandboxError(f"A funding has exactly {list(_MEMBERS)}.")
    ref, ipo_id = whole(wanted["transaction_ref"]), whole(wanted["ipo_id"])
    if ref is None or len(str(wanted["transaction_ref"])) != 13 or ipo_id is None:
        raise SandboxError("A transaction_ref has 13 digits, an ipo_id digits.")
    _moment(str(wanted["deadline"]))
    taken = store.row(
        "SELECT 1 FROM fundings WHERE transaction_ref = ? AND company_id <> ?",
        (ref, company_id),
    )
    if taken:
        raise SandboxError("Another bank has this transaction_ref.")
    texts = [str(wanted[name]) for name in _MEMBERS[2:]]
    store.write(
        "INSERT OR REPLACE INTO fundings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(ref, company_id, ipo_id, *texts, PENDING)],
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=HONG_KONG)
    except ValueError:
        raise SandboxError(f"{text!r} is no time like 2026-03-06 12:00:00.") from None

"""What control API and console show of the gateway."""

import json
import sqlite3
from typing import Any

from sandbox.gateway.service import Gateway
from sandbox.gateway.subscriptions import AUTHORISED, record_id
from sandbox.layout import SandboxError

_SHOWN_AT_MOST = 100_000
_TOTALS = """
SELECT COUNT(*) AS total, COUNT(DISTINCT company_id || ' ' || own_ref) AS refs,
    SUM(status = :standing) AS standing
FROM records WHERE (:ipo_id IS NULL OR ipo_id = :ipo_id)
    AND (:company_id IS NULL OR company_id = :company_id)
"""
_DOUBLED = """
SELECT own_ref, COUNT(*) AS times
FROM records WHERE (:ipo_id IS NULL OR ipo_id = :ipo_id)
    AND (:company_id IS NULL OR company_id = :company_id) AND status = :standing
GROUP BY company_id, own_ref HAVING times > 1 ORDER BY own_ref
"""
_FIRST = """
SELECT * FROM records WHERE (:ipo_id IS NULL OR ipo_id = :ipo_id)
    AND (:company_id IS NULL OR company_id = :company_id) ORDER BY id LIMIT :limit
"""


def overview(gateway: Gateway) -> dict[str, Any]:
    """Companies, IPOs, funding lists, totals, counters, switches; no personal field."""
    return {
        "now": gateway.now().isoformat(),
        "public_key": gateway.key.public,
        "companies": [one.view() for one in gateway.store.companies()],
        "ipos": ipos(gateway),
        "fundings": fundings(gateway),
        "counters": counters(gateway),
        "faults": gateway.faults.view(),
    }


def counters(gateway: Gateway) -> dict[str, Any]:
    """What was counted since the start (or since it was forgotten).

    `calls` by path and status; `expired_tokens` is how often one was sent; `defects`
    are places where the gateway itself failed.
    """
    calls: dict[str, dict[str, int]] = {}
    for (path, status), number in sorted(gateway.calls.items()):
        calls.setdefault(path, {})[status] = number
    return {
        "calls": calls,
        "tokens_issued": gateway.tokens.issued,
        "expired_tokens": gateway.tokens.expired_seen,
        "defects": list(gateway.defects),
        **gateway.budget.view(),
    }


def forget(gateway: Gateway) -> None:
    """Count anew."""
    gateway.calls.clear()
    gateway.defects.clear()
    gateway.budget.forget()
    gateway.tokens.issued = gateway.tokens.expired_seen = 0


def ipos(gateway: Gateway) -> list[dict[str, Any]]:
    """Every IPO and how many records it has."""
    rows = gateway.store.rows(
        "SELECT i.*, (SELECT COUNT(*) FROM records r WHERE r.ipo_id = i.ipo_id) AS held"
        " FROM ipos i ORDER BY ipo_id"
    )
    return [
        {
            "ipo_id": str(row["ipo_id"]),
            "stk_code": row["stk_code"],
            "isin": row["isin"],
            "status": row["status"],
            "refdata": json.loads(row["refdata"]),
            "records": row["held"],
        }
        for row in rows
    ]


def fundings(gateway: Gateway) -> list[dict[str, Any]]:
    """Every funding list, as it stands."""
    rows = gateway.store.rows("SELECT * FROM fundings ORDER BY transaction_ref")
    return [
        {
            **dict(row),
            "transaction_ref": f"{row['transaction_ref']:013d}",
            "ipo_id": str(row["ipo_id"]),
        }
        for row in rows
    ]


def records(
    gateway: Gateway,
    *,
    ipo_id: str | None = None,
    company_id: str | None = None,
    limit: int = 0,
    persons: bool = False,
) -> dict[str, Any]:
    """How many there are of an IPO and a company, and which ownRef came more than once.

    `doubled` counts records that stand (Authorised); `records` are the first `limit`,
    with the applicants' fields where `persons` is true.
    """
    if not isinstance(company_id, str | None) or type(limit) is not int:
        raise SandboxError("company_id is text, limit a whole number.")
    asked = {
        "ipo_id": None if ipo_id is None else int(ipo_id),
        "company_id": company_id,
        "standing": AUTHORISED,
        "limit": min(max(limit, 0), _SHOWN_AT_MOST),
    }
    row = gateway.store.rows(_TOTALS, asked)[0]
    doubled = gateway.store.rows(_DOUBLED, asked)
    shown = gateway.store.rows(_FIRST, asked)
    standing = row["standing"] or 0
    return {
        "total": row["total"],
        "authorised": standing,
        "invalidated": row["total"] - standing,
        "own_refs": row["refs"],
        "doubled": {one["own_ref"]: one["times"] for one in doubled},
        "records": [_record(one, with_persons=persons) for one in shown],
    }


def _record(row: sqlite3.Row, *, with_persons: bool) -> dict[str, Any]:
    shown = dict(row)
    shown["record_id"] = record_id(shown.pop("id"))
    shown["ipo_id"] = str(shown["ipo_id"])
    told = json.loads(shown.pop("persons"))
    return shown | ({"persons": told} if with_persons else {})

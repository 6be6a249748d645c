"""The calls of the gateway as they are written: strictly, field by field (guide D).

Fields of change, invalidate, refdata and funding/query are our reading of a silent
deck (notes.md); they stand here alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from fini import names
from fini.batches.records import Record

PAGE_SIZES = range(1, 1001)
MOST_RECORDS = 1_000  # in one array
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Call:
    """GET calls have a query, POST calls a payload. No repr shows either: a payload
    holds people, and a query is logged soon enough."""

    method: Method
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    payload: Mapping[str, object] | None = field(default=None, repr=False)

    def encrypted(self, paths: Sequence[str] = names.ENCRYPTED_PATHS) -> bool:
        return self.path.startswith(tuple(paths))


def headers(token: str) -> dict[str, str]:
    """What every call carries (E2E 1)."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "Accept-Language": "en-US",
        "Content-Type": "application/json",
    }


def gateway_ms(epoch_ms: int, clock_offset_ms: int) -> int:
    """X-FINI-TIMESTAMP: our milliseconds plus how far the gateway's are ahead."""
    return epoch_ms + clock_offset_ms


def crypto_meta(method: Method = "GET") -> Call:
    return Call(method, names.CRYPTO_META)


def ipo_list(cursor: str = names.FIRST_CURSOR, size: int | None = None) -> Call:
    """Without a size FINI gives 100."""
    query = {names.NEXT_CURSOR: _cursor(cursor)}
    if size is not None:
        query = {names.SIZE: str(_size(size)), **query}
    return Call("GET", names.IPO_LIST, query=query)


def ipo_reference(ipo_id: str) -> Call:
    return Call("GET", names.IPO_REFERENCE, query={names.IPO_ID: _present(ipo_id)})


def add(records: Sequence[tuple[str, Record]]) -> Call:
    """Each with its requestID, by which its outcome is found again."""
    entries = [_subscription(request_id, record) for request_id, record in records]
    return _post(names.SUBSCRIPTIONS_ADD, _array(entries))


def change(records: Sequence[tuple[str, str, Record]]) -> Call:
    """Each with its requestID and the recordID that it changes."""
    entries = [
        {names.RECORD_ID: _present(record_id), **_subscription(request_id, record)}
        for request_id, record_id, record in records
    ]
    return _post(names.SUBSCRIPTIONS_CHANGE, _array(entries))


def invalidate(record_ids: Sequence[str]) -> Call:
    entries = [{names.RECORD_ID: _present(record_id)} for record_id in record_ids]
    return _post(names.SUBSCRIPTIONS_INVALIDATE, _array(entries))


def subscriptions(
    *,
    ipo_id: str = "",
    record_ids: Sequence[str] = (),
    sub_flow_status: str = "",
    cursor: str = names.FIRST_CURSOR,
    size: int | None = None,
) -> Call:
    """Raises ValueError without an IPO and a record: FINI wants one of them."""
    if not ipo_id and not record_ids:
        raise ValueError("a query names an IPO or records")
    if len(record_ids) > MOST_RECORDS:
        raise ValueError(f"a query names {MOST_RECORDS:,} records at most")
    asked: dict[str, object] = {
        names.IPO_ID: ipo_id,
        names.RECORD_ID: list(record_ids),
        names.SUB_FLOW_STATUS: sub_flow_status,
    }
    return _query(names.SUBSCRIPTIONS_QUERY, asked, cursor, size)


def funding(
    ipo_id: str, cursor: str = names.FIRST_CURSOR, size: int | None = None
) -> Call:
    asked: dict[str, object] = {names.IPO_ID: _present(ipo_id)}
    return _query(names.FUNDING_QUERY, asked, cursor, size)


def confirm(decisions: Sequence[tuple[str, str]]) -> Call:
    """Pairs of a transactionRef and `names.FUNDING_CONFIRMED` or `…_REJECTED`.

    Raises ValueError for another code, or a transaction that comes twice.
    """
    if len({ref for ref, _ in decisions}) != len(decisions):
        raise ValueError("a transaction is decided once")
    if {code for _, code in decisions} - {
        names.FUNDING_CONFIRMED,
        names.FUNDING_REJECTED,
    }:
        raise ValueError("funding is confirmed or rejected")
    entries = [
        {names.TRANSACTION_REF: _present(ref), names.PRE_FUNDING_STATUS: code}
        for ref, code in decisions
    ]
    return _post(names.FUNDING_CONFIRM, _array(entries))


def _subscription(request_id: str, record: Record) -> dict[str, object]:
    """In the deck's order; a name that is not there is left out."""
    person = {
        names.ID_TYPE: record.id_type,
        names.ID_JURISDICTION: record.jurisdiction,
        names.ID_NUMBER: record.number,
        names.NAME_ENGLISH: record.name_english,
        names.NAME_CHINESE: record.name_chinese,
    }
    return {
        names.REQUEST_ID: _present(request_id),
        names.IPO_ID: record.ipo_id,
        names.ID_LIST: [{name: value for name, value in person.items() if value}],
        names.QUANTITY: str(record.quantity),
        names.FIRM_ID: record.firm_id,
        names.OWN_REF: record.own_ref,
    }


def _query(
    path: str, asked: Mapping[str, object], cursor: str, size: int | None
) -> Call:
    fields: dict[str, object] = {
        names.DATA: {name: value for name, value in asked.items() if value}
    }
    if size is not None:
        fields[names.SIZE] = _size(size)
    return _post(path, {**fields, names.NEXT_CURSOR: _cursor(cursor)})


def _post(path: str, payload: Mapping[str, object]) -> Call:
    return Call("POST", path, payload=payload)


def _array(entries: Sequence[Mapping[str, object]]) -> dict[str, object]:
    if not 1 <= len(entries) <= MOST_RECORDS:
        raise ValueError(f"an array has 1 to {MOST_RECORDS:,} records")
    for key in (names.REQUEST_ID, names.RECORD_ID):
        named = [entry[key] for entry in entries if key in entry]
        if len(set(named)) != len(named):
            raise ValueError(f"a {key} comes once in an array")
    return {names.DATA: entries}


def _size(size: int) -> int:
    if size not in PAGE_SIZES:
        raise ValueError("a page has 1 to 1,000 records")
    return size


def _cursor(cursor: str) -> str:
    return _present(cursor)


def _present(text: str) -> str:
    if not text.strip():
        raise ValueError("FINI wants a value here, and got none")
    return text

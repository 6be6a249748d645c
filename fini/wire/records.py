"""The records in the answers of the eight endpoints; codes stay the text they are.

Of most answers guide D prints the endpoint alone, so each record keeps every field
that came in `rest`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fini import names
from fini.wire.answers import RecordError, errors
from fini.wire.scalars import Fields, items, mapping, required, rest, text, whole


@dataclass(frozen=True, slots=True)
class Ipo:
    """An entry of ipos/list, or of ipos/refdata, whose further fields are in `rest`."""

    ipo_id: str
    stock_code: str
    isin: str
    status: str
    errors: tuple[RecordError, ...]
    rest: Mapping[str, object]


@dataclass(slots=True)
class RecordOutcome:
    """What became of one record of add, change or invalidate."""

    request_id: str
    record_id: str
    errors: tuple[RecordError, ...]
    rest: Mapping[str, object] = field(repr=False)

    @property
    def recorded(self) -> bool:
        return bool(self.record_id) and not self.errors


@dataclass(frozen=True, slots=True)
class Applicant:
    """One entry of idList, in clear after `envelope.open_answer`; never in a repr."""

    id_type: str = field(repr=False)
    jurisdiction: str = field(repr=False)
    number: str = field(repr=False)
    name_english: str = field(repr=False)
    name_chinese: str = field(repr=False)
    rest: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """An entry of subscriptions/query; `own_ref` is what it is matched on."""

    record_id: str
    ipo_id: str
    own_ref: str
    firm_id: str
    quantity: int | None
    sub_flow_status: str
    applicants: tuple[Applicant, ...]
    errors: tuple[RecordError, ...]
    rest: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Funding:
    """An entry of funding/query, or the outcome of one in funding/confirm."""

    transaction_ref: str
    pre_funding_status: str
    ipo_id: str
    errors: tuple[RecordError, ...]
    rest: Mapping[str, object]


def ipo(entry: Fields) -> Ipo:
    known = (names.IPO_ID, names.STOCK_CODE, names.ISIN, names.STATUS)
    return Ipo(
        ipo_id=required(entry, names.IPO_ID).strip(),
        stock_code=text(entry, names.STOCK_CODE),
        isin=text(entry, names.ISIN),
        status=text(entry, names.STATUS),
        errors=errors(entry),
        rest=rest(entry, *known, names.EXCEPTION),
    )


def outcome(entry: Fields) -> RecordOutcome:
    return RecordOutcome(
        request_id=text(entry, names.REQUEST_ID),
        record_id=text(entry, names.RECORD_ID).strip(),
        errors=errors(entry),
        rest=rest(entry, names.REQUEST_ID, names.RECORD_ID, names.EXCEPTION),
    )


def subscription(entry: Fields) -> Subscription:
    known = (
        *(names.RECORD_ID, names.IPO_ID, names.OWN_REF, names.FIRM_ID),
        *(names.QUANTITY, names.SUB_FLOW_STATUS, names.ID_LIST, names.EXCEPTION),
    )
    people = items(entry, names.ID_LIST)
    return Subscription(
        record_id=text(entry, names.RECORD_ID).strip(),
        ipo_id=text(entry, names.IPO_ID),
        own_ref=text(entry, names.OWN_REF),
        firm_id=text(entry, names.FIRM_ID),
        quantity=whole(entry, names.QUANTITY),
        sub_flow_status=text(entry, names.SUB_FLOW_STATUS),
        applicants=tuple(_applicant(mapping(p, names.ID_LIST)) for p in people),
        errors=errors(entry),
        rest=rest(entry, *known),
    )


def funding(entry: Fields) -> Funding:
    known = (names.TRANSACTION_REF, names.PRE_FUNDING_STATUS, names.IPO_ID)
    return Funding(
        transaction_ref=required(entry, names.TRANSACTION_REF).strip(),
        pre_funding_status=text(entry, names.PRE_FUNDING_STATUS),
        ipo_id=text(entry, names.IPO_ID),
        errors=errors(entry),
        rest=rest(entry, *known, names.EXCEPTION),
    )


def _applicant(entry: Fields) -> Applicant:
    return Applicant(
        id_type=text(entry, names.ID_TYPE),
        jurisdiction=text(entry, names.ID_JURISDICTION),
        number=text(entry, names.ID_NUMBER),
        name_english=text(entry, names.NAME_ENGLISH),
        name_chinese=text(entry, names.NAME_CHINESE),
        rest=rest(entry, *names.ENCRYPTED_FIELDS),
    )

"""A FINI of a few lines that confirms funding, and proposals made and approved."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fini import names
from fini.calls import Call
from fini.models import FundingLine, FundingList, FundingProposal, Profile, Sending
from fini.services.funding import consequences, proposals, refreshing, sending
from fini.services.funding.selection import Wanted, select
from fini.wire.answers import Answer
from fini.wire.answers import answer as read_answer
from portal import clock
from portal.alerts.models import Alert
from portal.people.guards import Acting
from portal.people.models import User
from tests.fini.profile_builders import acting

IPO = "1234"
FIRST = 6398340114921
HARBOUR, ISLAND = "Harbour Bank", "Island Bank"
AMOUNTS = ("2018140.00", "1009070.00", "504535.00", "10090700.00", "252267.50")


def listed(
    number: int, amount: str | None = "1000.00", **fields: Any
) -> dict[str, Any]:
    """An entry as the sandbox's gateway gives it."""
    return {
        "transactionRef": str(FIRST + number),
        "ipoID": IPO,
        "firmID": "00000",
        "bank": HARBOUR,
        "amount": amount,
        "currency": "HKD",
        "preFundingStatus": names.FUNDING_PENDING,
        "deadline": "",
        "exception": [],
        **fields,
    }


@dataclass
class Fini:
    """Answers as the gateway does; `sent` is every confirm that reached it."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: list[list[tuple[str, str]]] = field(default_factory=list)
    queries: int = 0
    # What happens instead of, or around, the next confirm.
    faults: list[Callable[["Fini", Call], Answer]] = field(default_factory=list)
    on_query: list[Callable[["Fini"], None]] = field(default_factory=list)

    def of(self, profile: Profile) -> "Fini":
        return self

    def pages(self, ask: Callable[[str], Call]) -> Iterator[Answer]:
        ask(names.FIRST_CURSOR)
        self.queries += 1
        if self.on_query:
            self.on_query.pop(0)(self)
        yield given(list(self.entries.values()))

    def prepare(self, call: Call, request_id: str) -> Call:
        return call

    def send(self, prepared: Call) -> Answer:
        if self.faults:
            return self.faults.pop(0)(self, prepared)
        return self.confirm(prepared)

    def confirm(self, call: Call) -> Answer:
        assert call.payload is not None
        asked: Any = call.payload["data"]
        pairs = [(one["transactionRef"], one["preFundingStatus"]) for one in asked]
        self.sent.append(pairs)
        return given([self._decided(*pair) for pair in pairs])

    def _decided(self, ref: str, code: str) -> dict[str, Any]:
        held = self.entries[ref]
        shown = {"transactionRef": ref, "exception": []}
        if held["preFundingStatus"] != names.FUNDING_PENDING:
            wrong = {"recordErrorCode": "SBX203", "recordErrorMsg": "Decided before."}
            return {**shown, "exception": [wrong]}
        held["preFundingStatus"] = code
        return {**shown, "preFundingStatus": code}


def given(entries: list[dict[str, Any]], code: str = "0") -> Answer:
    return read_answer({"code": code, "message": "", "data": entries})


def fini(*entries: dict[str, Any]) -> Fini:
    """With five of IPO 1234, as the design shows them, unless told otherwise."""
    chosen = entries or tuple(
        listed(number, amount) for number, amount in enumerate(AMOUNTS)
    )
    return Fini({one["transactionRef"]: one for one in chosen})


def fetched(profile: Profile, at: Fini) -> list[FundingLine]:
    """What FINI has, as rows."""
    refreshing.refresh(at, profile, IPO)
    lines = FundingLine.objects.filter(profile=profile)
    return list(lines.order_by("transaction_ref"))


def wanted(lines: list[FundingLine], confirm: int = 4, reject: int = 1) -> Wanted:
    """The first few to confirm, the next few to reject."""
    pks = [line.pk for line in lines]
    return Wanted(pks[:confirm], pks[confirm : confirm + reject])


def proposed(
    profile: Profile,
    user: User,
    what: Wanted,
    *,
    reason: str = "Account short",
    now: dt.datetime | None = None,
    ipo_id: str = IPO,
) -> FundingProposal:
    at = now or clock.now()
    made = proposals.propose(
        profile,
        ipo_id,
        what,
        seen=select(profile, ipo_id, what, at).seen,
        reason=reason,
        acting=by(user, profile),
        now=at,
    )
    return again(made)


def approved(row: FundingProposal, user: User) -> FundingProposal:
    consequences.approve(again(row), by(user, row.profile), clock.now())
    return again(row)


def again(row: FundingProposal) -> FundingProposal:
    """Read anew, with what services need."""
    rows = FundingProposal.objects.select_related(
        "participant", "profile", "approval", "proposed_by"
    )
    return rows.get(pk=row.pk)


def by(user: User, profile: Profile) -> Acting:
    return acting(user, profile.participant)


def statuses(row: FundingProposal) -> list[str]:
    found = row.decisions.order_by("transaction_ref")
    return list(found.values_list("status", flat=True))


def settled(row: FundingProposal) -> None:
    """As if the minute after an unclear answer had passed."""
    past = clock.real_now() - dt.timedelta(minutes=5)
    Sending.objects.filter(decisions__proposal=row).update(ended_at=past)
    FundingProposal.objects.filter(pk=row.pk).update(lease_until=None)


def run(row: FundingProposal, at: Fini) -> FundingProposal:
    """A worker is woken for it; the row as it is then."""
    sending.run(row.pk, at.of)
    return again(row)


def open_alerts() -> list[str]:
    return sorted(Alert.objects.filter(resolved_at=None).values_list("kind", flat=True))


def due(profile: Profile, ipo_id: str = IPO) -> FundingList:
    row, _ = FundingList.objects.update_or_create(
        profile=profile, ipo_id=ipo_id, defaults={"next_at": clock.real_now()}
    )
    return row

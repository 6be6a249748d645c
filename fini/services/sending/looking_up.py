"""What became of unconfirmed records: FINI is asked what it has for their IPO.

A query is proof only when it was begun long enough after the answer was given up
(FINI_QUERY_AFTER_SECONDS): FINI may be at work on the request until then, and takes
none with a token of over 30 seconds after. Only then, and only when the list came
whole, what is not in it is queued again. On what stays unconfirmed then two people may
decide (`decisions`).
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Min, QuerySet
from django.db.models.functions import Now

from fini import names, persons
from fini.errors import (
    AnswerLost,
    GatewayKeyReplaced,
    GatewayUnreachable,
    TooManyCalls,
)
from fini.models import Batch, EipoSubscription, Sending
from fini.services import listing
from fini.services.leases import Held
from fini.services.sending import (
    arrays,
    discretion,
    notices,
    outcome_rows,
    outcomes,
    telling,
)
from fini.services.sending.nameless import Nameless
from fini.services.sending.outcome_rows import Outcome
from fini.services.sending.telling import counted
from fini.states import Act, SendingStatus, SubscriptionStatus
from fini.wire.records import Subscription
from portal import secrets
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.errors import ExchangeError

C, S = SendingStatus, SubscriptionStatus
A_WRITE = 1000  # records
# Tries in a row: a list that could not be read so often will not tell by itself.
FAILED = 3
# FINI was not asked, or is asked again at once.
NOT_ASKED = (GatewayUnreachable, TooManyCalls, GatewayKeyReplaced)
# Of up to 100,000 rows; the person of a change is read when it is compared.
_READ = (
    *("row", "own_ref", "ipo_id", "quantity", "number_hash"),
    "target__record_id",
)


def resolve_due(
    held: Held, batch: Batch, client: listing.Pages
) -> ExchangeError | secrets.CannotOpen | None:
    """Of requests that were given up long enough ago. Raises LeaseLost, and what a
    query raises: then nothing of its IPO is changed. A list that FINI answers and that
    proves nothing, time and again, is not raised but answered: it must not keep what is
    queued from being sent."""
    due = list(_unconfirmed(batch).filter(ended_at__lte=Now() - _wait()))
    waiting = EipoSubscription.objects.filter(sending__in=due, status=S.UNCONFIRMED)
    rows = list(waiting.select_related("target").only(*_READ).order_by("row"))
    by_ipo: dict[str, list[EipoSubscription]] = defaultdict(list)
    for row in rows:
        by_ipo[row.ipo_id].append(row)
    listed: list[dict[str, object]] = []
    failed: ExchangeError | secrets.CannotOpen | None = None
    for ipo_id, asked in by_ipo.items():
        theirs = _Theirs(batch, asked, Nameless(asked))
        try:
            theirs.read(listing.of_ipo(client, ipo_id))
            _store(held, batch, theirs, asked)
        except NOT_ASKED:
            raise
        except (ExchangeError, secrets.CannotOpen) as why:
            # The lists of other IPOs may tell all the same.
            failed = failed if isinstance(failed, AnswerLost) else why
        else:
            listed += theirs.nameless.kept()
    is_known = failed is None or all(one.looked_up_at for one in due)
    if is_for_people := is_known or batch.send_tries + 1 >= FAILED:
        _looked_up(held, due, **({} if failed else {"listed": listed}))
    for sending in due:
        close_sending(held, batch, sending)
    # A gateway that does not answer a query is sent nothing more.
    if isinstance(failed, AnswerLost) or (failed and not is_for_people):
        raise failed
    return failed


def next_due(batch: Batch) -> dt.datetime | None:
    """When FINI may be asked about the first that it was not asked about; machine
    time, also past. None when there is none."""
    unasked = _unconfirmed(batch).filter(looked_up_at=None)
    first = unasked.aggregate(at=Min("ended_at"))["at"]
    return first + _wait() if first else None


def _unconfirmed(batch: Batch) -> QuerySet[Sending]:
    return Sending.objects.filter(batch=batch, status=C.UNCONFIRMED)


def _wait() -> dt.timedelta:
    return dt.timedelta(seconds=settings.FINI_QUERY_AFTER_SECONDS)


@dataclass
class _Theirs:
    """Of FINI's list what may be one of `asked`; a list has 100,000 entries."""

    batch: Batch
    asked: Sequence[EipoSubscription]
    nameless: Nameless
    found: dict[str, list[Subscription]] = field(default_factory=dict)

    def read(self, entries: Iterable[Subscription]) -> None:
        wanted = {self._name(row) for row in self.asked}
        had = self._recorded()
        for entry in entries:
            if self.batch.act != Act.ADD:
                name = entry.record_id
            elif entry.record_id in had:
                continue
            else:
                name = entry.own_ref.strip()
            if name in wanted:
                self.found.setdefault(name, []).append(entry)
            elif not name:
                self.nameless.add(entry)

    def outcome(self, row: EipoSubscription) -> Outcome | None:
        """None: it stays unconfirmed."""
        entries = self.found.get(self._name(row), [])
        if entries:
            return self._outcome_of(row, entries)
        if self.batch.act != Act.ADD or self.nameless.may_be(row):
            return None
        return Outcome(row.pk, S.QUEUED)

    def doubled(self) -> list[str]:
        return sorted(name for name, entries in self.found.items() if len(entries) > 1)

    def _name(self, row: EipoSubscription) -> str:
        if self.batch.act == Act.ADD:
            return row.own_ref.strip()
        return row.target.record_id if row.target else ""

    def _recorded(self) -> frozenset[str]:
        """Record IDs that other rows of the same references have by right."""
        if self.batch.act != Act.ADD:
            return frozenset()
        others = EipoSubscription.objects.filter(
            participant_id=self.batch.participant_id
        ).exclude(record_id="")
        refs = [row.own_ref for row in self.asked]
        found = set[str]()
        for start in range(0, len(refs), A_WRITE):  # a statement takes so many values
            same = others.filter(own_ref__in=refs[start : start + A_WRITE])
            found.update(same.values_list("record_id", flat=True))
        return frozenset(found)

    def _outcome_of(
        self, row: EipoSubscription, entries: list[Subscription]
    ) -> Outcome | None:
        first = entries[0]
        try:
            is_done = _is_done(self.batch.act, row, first)
        except secrets.CannotOpen:
            return None  # nothing to compare by: people may know
        if not is_done:
            return Outcome(row.pk, S.QUEUED)
        return Outcome(row.pk, S.RECORDED, first.record_id)


def _is_done(act: str, row: EipoSubscription, entry: Subscription) -> bool:
    """Raises CannotOpen."""
    if act == Act.ADD:
        return True
    if act == Act.INVALIDATE:
        return entry.sub_flow_status == names.INVALIDATED
    return _is_as(row, entry)


def _is_as(row: EipoSubscription, entry: Subscription) -> bool:
    """A change has happened when what FINI has is what it was to become. Raises
    CannotOpen."""
    person = persons.open_person(row.pk, bytes(row.sealed_person))
    told = (person.number, person.name_english, person.name_chinese)
    return (entry.own_ref, entry.quantity) == (row.own_ref, row.quantity) and any(
        (one.number, one.name_english, one.name_chinese) == told
        for one in entry.applicants
    )


def _store(
    held: Held, batch: Batch, theirs: _Theirs, asked: list[EipoSubscription]
) -> None:
    """A worker may end after each commit: what is doubled is told first, and a record
    is never stored without what it has ended."""
    if doubled := theirs.doubled():
        with transaction.atomic():
            held.hold()
            notices.twice(batch, doubled)
    told = [found for row in asked if (found := theirs.outcome(row)) is not None]
    recorded = [one.pk for one in told if one.status == S.RECORDED]
    for start in range(0, len(told), A_WRITE):
        some = told[start : start + A_WRITE]
        with transaction.atomic():
            held.hold()
            outcome_rows.write(discretion.discreet(some), S.UNCONFIRMED)
            ended = [one.pk for one in some if one.status == S.RECORDED]
            outcomes.end_targets(batch.act, ended)
    with transaction.atomic():
        held.hold()
        missing = len(told) - len(recorded)
        telling.tell(
            batch,
            f"Look up [{counted(len(asked))}] of [{batch}] at FINI: "
            f"{len(recorded):,} recorded, {missing:,} missing and queued again",
            Status.SUCCESSFUL if len(told) == len(asked) else Status.UNCONFIRMED,
        )


def _looked_up(held: Held, due: Sequence[Sending], **kept: object) -> None:
    """What stays unconfirmed of these, people may decide on."""
    if not due:
        return
    with transaction.atomic():
        held.hold()
        asked = Sending.objects.filter(pk__in=[one.pk for one in due])
        asked.update(looked_up_at=Now(), **kept)


def close_sending(held: Held, batch: Batch, sending: Sending) -> None:
    """Resolved, once none of its records is unconfirmed. Raises LeaseLost."""
    open_ones: list[uuid.UUID] = list(
        EipoSubscription.objects.filter(
            sending=sending, status=S.UNCONFIRMED
        ).values_list("pk", flat=True)[:1]
    )
    if open_ones:
        return
    with transaction.atomic():
        held.hold()
        arrays.move(sending, C.RESOLVED)
        notices.settle_unconfirmed(batch)

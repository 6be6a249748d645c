"""What FINI's list says of transactions whose answer was lost."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from fini import names
from fini.funding.entries import Entry
from fini.models import FundingDecision, FundingProposal, Profile, Sending
from fini.services.funding import alarms
from fini.services.funding.records import record
from fini.states import DecisionStatus, ProposalStatus, SendingStatus, check_move
from portal import clock
from portal.activity import transaction
from portal.activity.models import Status

D, P, S = DecisionStatus, ProposalStatus, SendingStatus
# A request that was lost on the way may still arrive; after this it does no longer.
SETTLE = dt.timedelta(seconds=60)
WAITS = (
    "No clear answer came. FINI is asked for the status a minute later, and nothing is "
    "sent before that."
)
NOT_DONE = (
    "FINI shows as pending what was sent to it and not answered: it was not done. "
    "It is not sent again by itself: the proposal was stopped, or its time is over. "
    "Propose it anew if FINI still takes it."
)


def awaited(row: FundingProposal) -> QuerySet[FundingDecision]:
    """Unconfirmed, and FINI's list was not yet asked about them."""
    return row.decisions.filter(status=D.UNCONFIRMED, sending__status=S.UNCONFIRMED)


def ripe(row: FundingProposal, real_now: dt.datetime) -> QuerySet[FundingDecision]:
    """Those sent long enough ago that the list tells the truth about them."""
    return awaited(row).filter(sending__ended_at__lte=real_now - SETTLE)


def resolve(
    row: FundingProposal,
    entries: Mapping[str, Entry],
    asked_at: dt.datetime,
    *,
    again: bool,
) -> None:
    """Judge what was ripe when FINI was asked. `again`: what was not done may be
    queued again; the approval holds for it."""
    decisions = list(ripe(row, asked_at))
    if not decisions:
        return
    _judge(row, decisions, entries, again=again)


def late(
    profile: Profile, ipo_id: str, entries: Mapping[str, Entry], asked_at: dt.datetime
) -> None:
    """A list that was asked for at `asked_at`, in machine time, resolves what ended
    proposals have left unconfirmed."""
    rows = FundingProposal.objects.filter(
        profile=profile,
        ipo_id=ipo_id,
        status=P.ENDED,
        decisions__status=D.UNCONFIRMED,
    )
    for row in rows.select_related("participant", "profile").distinct():
        unconfirmed = row.decisions.filter(status=D.UNCONFIRMED)
        decisions = list(unconfirmed.filter(sending__ended_at__lte=asked_at - SETTLE))
        if any(one.transaction_ref in entries for one in decisions):
            _judge(row, decisions, entries, again=False)


def _judge(
    row: FundingProposal,
    decisions: list[FundingDecision],
    entries: Mapping[str, Entry],
    *,
    again: bool,
) -> None:
    for one in decisions:
        _move(one, entries.get(one.transaction_ref), again)
    with transaction.atomic():
        FundingDecision.objects.bulk_update(
            decisions, ["status", "error_text", "answered_at"], 500
        )
        _resolved(decisions)
        tally = Counter(one.status for one in decisions)
        if tally[D.DROPPED]:
            row.sentence = NOT_DONE
            alarms.stopped(row, NOT_DONE)
        if tally[D.REFUSED] and row.status == P.ENDED:
            alarms.refused(row, tally[D.REFUSED])
        alarms.settle(row)
        told = ", ".join(
            f"[{n}] {D(status).label.lower()}" for status, n in tally.items()
        )
        status = Status.UNCONFIRMED if tally[D.UNCONFIRMED] else Status.SUCCESSFUL
        record(row, f"FINI’s list on {{}}: {told}", status)


def _move(one: FundingDecision, found: Entry | None, again: bool) -> None:
    """A transaction that is listed no more stays unconfirmed."""
    if found is None:
        return
    if found.status == one.code:
        after = D.DONE
    elif found.status == names.FUNDING_PENDING:
        after = D.QUEUED if again else D.DROPPED
    else:
        after = D.REFUSED
        one.error_text = f"FINI shows the status {found.status or 'of none'}."
    check_move(D(one.status), after)
    one.status, one.answered_at = after, clock.now()


def _resolved(decisions: Iterable[FundingDecision]) -> None:
    Sending.objects.filter(
        pk__in={one.sending_id for one in decisions}, status=S.UNCONFIRMED
    ).update(status=S.RESOLVED)

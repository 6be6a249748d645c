"""Sending an approved proposal: FINI is asked once more what it shows, then each array
is sent once.

Each request's id and its decisions are stored before it is prepared, and that it is
begun is committed before its first byte leaves (law 4). What breaks before that is
tried again; what is unclear after it waits for a query, never for a second sending.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from fini import calls, envelope, names
from fini.funding.entries import Entry
from fini.models import FundingDecision, FundingProposal, Sending
from fini.services.funding import alarms, binding, claims, holding, outcomes, resolving
from fini.services.funding.asking import FAILURES, ClientOf, Funder, sentence_of
from fini.services.funding.claims import LeaseLost
from fini.services.funding.records import record
from fini.services.funding.refreshing import refresh
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from portal import clock
from portal.activity import transaction
from portal.activity.models import Status

D, P, S = DecisionStatus, ProposalStatus, SendingStatus
PAUSE = dt.timedelta(seconds=30)  # before FINI is tried again


class Stop(Exception):
    """Nothing more of it is sent; the text says why, to people."""


def run(pk: uuid.UUID, client_of: ClientOf) -> None:
    """Go on with a proposal until it ends, has to wait, or is another worker's."""
    row = claims.claimed(pk)
    if row is None:
        return
    try:
        outcomes.interrupted(row)
        while _is_open(row) and _round(row, client_of):
            pass
        _leave(row)
    except Stop as why:
        _stop(row, str(why))
    except LeaseLost:
        return  # whoever has it goes on
    except FAILURES as failed:
        waits = P.SENDING if _has(row, D.UNCONFIRMED) else P.QUEUED
        claims.rest(row, PAUSE, waits, _words(row, sentence_of(failed)))


def _round(row: FundingProposal, client_of: ClientOf) -> bool:
    """Ask FINI, judge what is unconfirmed, and send one array; False where there was
    none to send. Raises Stop, LeaseLost, or one of FAILURES."""
    _check_approval(row)
    client, asked_at = client_of(row.profile), clock.real_now()
    entries = refresh(client, row.profile, row.ipo_id)
    claims.renew(row)
    resolving.resolve(row, entries, asked_at, again=_may_go_on(row))
    return _send_next(row, client, entries)


def _send_next(
    row: FundingProposal, client: Funder, entries: Mapping[str, Entry]
) -> bool:
    queued = list(row.decisions.filter(status=D.QUEUED).order_by("transaction_ref"))
    if not queued:
        return False
    if why := binding.changed(row, queued, entries):
        raise Stop(
            f"FINI shows something else than was approved: {why}. Nothing more of it "
            "was sent. Propose it anew, so that two people see what there is now."
        )
    _send(row, client, queued[: calls.MOST_RECORDS])
    return True


def _send(row: FundingProposal, client: Funder, chunk: list[FundingDecision]) -> None:
    sending = _prepared(row, chunk)
    call = calls.confirm([(one.transaction_ref, one.code) for one in chunk])
    try:
        prepared = client.prepare(call, sending.request_id)
        _check_approval(row)  # the wait for a place may have taken it past its time
        _open(row, sending)
    except BaseException:
        outcomes.drop(sending)
        raise
    outcomes.settle(row, sending, lambda: client.send(prepared))


def _prepared(row: FundingProposal, chunk: list[FundingDecision]) -> Sending:
    with transaction.atomic():
        sending = Sending.objects.create(
            profile=row.profile,
            path=names.FUNDING_CONFIRM,
            request_id=envelope.new_request_id(),
            records=len(chunk),
            prepared_at=clock.real_now(),
        )
        pks = [one.pk for one in chunk]
        mine = FundingDecision.objects.filter(pk__in=pks, status=D.QUEUED)
        if mine.update(sending=sending) != len(chunk):
            raise LeaseLost
    return sending


def _open(row: FundingProposal, sending: Sending) -> None:
    """The point of no return. Raises LeaseLost."""
    with transaction.atomic():
        claims.renew(row)
        queued = sending.decisions.filter(status=D.QUEUED)
        if queued.update(status=D.SENT) != sending.records:
            raise LeaseLost
        Sending.objects.filter(pk=sending.pk, status=S.PREPARED).update(
            status=S.OPENED, opened_at=clock.real_now()
        )
        what = f"Send [{sending.records}] of {{}}, request [{sending.request_id}]"
        record(row, what, Status.SUCCESSFUL)


def _check_approval(row: FundingProposal) -> None:
    """What is only to be asked about needs none. Raises Stop."""
    if _has(row, D.QUEUED) and (why := holding.reason_to_stop(row, clock.now())):
        raise Stop(why)


def _may_go_on(row: FundingProposal) -> bool:
    """Whether what FINI shows as not done may be sent again by itself."""
    return not _has(row, D.DROPPED) and not holding.reason_to_stop(row, clock.now())


def _is_open(row: FundingProposal) -> bool:
    """Something is to be sent, or was sent long enough ago to be asked about."""
    return _has(row, D.QUEUED) or resolving.ripe(row, clock.real_now()).exists()


def _has(row: FundingProposal, status: DecisionStatus) -> bool:
    return row.decisions.filter(status=status).exists()


def _leave(row: FundingProposal) -> None:
    """Ended, unless something that was sent a moment ago is still to be asked about."""
    if resolving.awaited(row).exists():
        words = _words(row, resolving.WAITS)
        claims.rest(row, resolving.SETTLE, P.SENDING, words)
    else:
        outcomes.end(row, _words(row, ""))


def _stop(row: FundingProposal, why: str) -> None:
    """What was sent before stays as it is, and is asked about still."""
    with transaction.atomic():
        claims.renew(row)
        row.decisions.filter(status=D.QUEUED).update(status=D.DROPPED)
        row.sentence = why
        alarms.stopped(row, why)
        record(row, f"Stop {{}}: {why}", Status.FAILED)
        _leave(row)


def _words(row: FundingProposal, sentence: str) -> str:
    """Why it was stopped is told for good."""
    return row.sentence if _has(row, D.DROPPED) else sentence

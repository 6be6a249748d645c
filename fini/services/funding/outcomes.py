"""What became of one request of funding/confirm, transaction by transaction."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from fini import names
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    GatewayUnreachable,
    TooManyCalls,
)
from fini.models import FundingDecision, FundingLine, FundingProposal, Sending
from fini.services.funding import alarms, claims
from fini.services.funding.records import record
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from fini.wire import records
from fini.wire.answers import Answer
from fini.wire.records import Funding
from portal import clock
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.errors import ExchangeError, printable

D, P, S = DecisionStatus, ProposalStatus, SendingStatus
LONGEST_TEXT = 500  # characters of FINI's words about one transaction
KILLED = (
    "The worker ended while this was sent. Whether FINI has it is not known. "
    "FINI is asked for the status of its transactions."
)


def drop(sending: Sending) -> None:
    """It was not begun: its decisions are queued as before."""
    Sending.objects.filter(pk=sending.pk, status=S.PREPARED).update(
        status=S.DROPPED, ended_at=clock.real_now()
    )


def settle(row: FundingProposal, sending: Sending, send: Callable[[], Answer]) -> None:
    """Send, once, and keep what came of it. Raises the failures that left it undone,
    after its decisions are queued again."""
    try:
        answer = send()
        found = _entries(answer)
    except (AnswerLost, AnswerUnreadable) as unclear:
        _unclear(row, sending, unclear.sentence)
    except (TooManyCalls, GatewayKeyReplaced) as later:
        _undone(row, sending, S.REFUSED, later)
        raise
    except CallRefused as refused:
        _refused(row, sending, refused)
    except GatewayUnreachable as unsent:
        _undone(row, sending, S.DROPPED, unsent)
        raise
    else:
        _answered(row, sending, found, is_silence_enough=answer.succeeded)


def interrupted(row: FundingProposal) -> None:
    """After a worker that died: what it had prepared was not sent; what it had begun
    is unclear."""
    mine = Sending.objects.filter(decisions__proposal=row).distinct()
    for sending in mine.filter(status=S.PREPARED):
        drop(sending)
    for sending in mine.filter(status=S.OPENED):
        _unclear(row, sending, KILLED)


def end(row: FundingProposal, sentence: str) -> None:
    """Nothing is left to send or to ask; what is unconfirmed still is told. Raises
    LeaseLost."""
    with transaction.atomic():
        tally = Counter(row.decisions.values_list("status", flat=True))
        now = clock.now()
        ended = claims.held(row).update(
            status=P.ENDED,
            ended_at=now,
            holder=None,
            lease_until=None,
            sentence=sentence,
        )
        if not ended:
            raise claims.LeaseLost
        if tally[D.REFUSED]:
            alarms.refused(row, tally[D.REFUSED])
        alarms.settle(row)
        done = f"{tally[D.DONE]} of {tally.total()} done at FINI"
        record(row, f"End {{}}: {done}", _worst(tally))


def _worst(tally: Counter[str]) -> Status:
    if tally[D.UNCONFIRMED]:
        return Status.UNCONFIRMED
    return Status.SUCCESSFUL if tally[D.DONE] == tally.total() else Status.FAILED


def _entries(answer: Answer) -> dict[str, list[Funding]]:
    """By transactionRef. Raises AnswerUnreadable."""
    found: dict[str, list[Funding]] = {}
    for one in answer.entries(records.funding):
        found.setdefault(one.transaction_ref, []).append(one)
    return found


def _answered(
    row: FundingProposal,
    sending: Sending,
    found: dict[str, list[Funding]],
    *,
    is_silence_enough: bool,
) -> None:
    """An answer that succeeded as a whole need not repeat each status."""
    now = clock.now()
    decisions = list(sending.decisions.filter(status=D.SENT))
    for one in decisions:
        shows = {one.code, ""} if is_silence_enough else {one.code}
        _judge(one, found.get(one.transaction_ref, []), shows, now)
    unclear = any(one.status == D.UNCONFIRMED for one in decisions)
    _keep(row, sending, decisions, S.UNCONFIRMED if unclear else S.ANSWERED)


def _judge(
    decision: FundingDecision,
    answers: Sequence[Funding],
    shows: Collection[str],
    now: dt.datetime,
) -> None:
    """Done only by FINI's own word for this transaction; without one, or with two that
    differ, it is unconfirmed."""
    decision.answered_at = now if answers else None
    errors = [error for answer in answers for error in answer.errors]
    statuses = {answer.pre_funding_status.strip() for answer in answers}
    if answers and all(answer.errors for answer in answers):
        decision.status = D.REFUSED
        decision.error_code = printable(errors[0].code, 20)
        words = "; ".join(e.message for e in errors if e.message)
        decision.error_text = printable(words, LONGEST_TEXT)
    elif answers and not errors and statuses <= set(shows):
        decision.status = D.DONE
    else:
        decision.status = D.UNCONFIRMED


def _keep(
    row: FundingProposal,
    sending: Sending,
    decisions: Sequence[FundingDecision],
    status: SendingStatus,
) -> None:
    """The outcomes, the request's own, and what the board shows of those done."""
    with transaction.atomic():
        FundingDecision.objects.bulk_update(
            decisions, ["status", "error_code", "error_text", "answered_at"], 500
        )
        _close(sending, status)
        shows_done(decisions)
        _tell(row, sending, Counter(one.status for one in decisions))


def shows_done(decisions: Sequence[FundingDecision]) -> None:
    """The board has their new status before FINI's next list, whose lines are written
    in this order too."""
    lines = FundingLine.objects.filter(pk__in=[one.line_id for one in decisions])
    locked = lines.select_for_update(no_key=True).order_by("transaction_ref")
    list(locked.values_list("pk"))
    for code in (names.FUNDING_CONFIRMED, names.FUNDING_REJECTED):
        done = [o.line_id for o in decisions if (o.status, o.code) == (D.DONE, code)]
        FundingLine.objects.filter(pk__in=done).update(status=code)


def _tell(row: FundingProposal, sending: Sending, tally: Counter[str]) -> None:
    if tally[D.UNCONFIRMED]:
        alarms.unconfirmed(row, tally[D.UNCONFIRMED])
    told = ", ".join(
        f"[{tally[status]}] {D(status).label.lower()}" for status in D if tally[status]
    )
    what = f"Answer to request [{sending.request_id}] of {{}}: {told}"
    record(row, what, _worst(tally))


def _refused(row: FundingProposal, sending: Sending, why: CallRefused) -> None:
    """The request as a whole: FINI did nothing of it."""
    now = clock.now()
    decisions = list(sending.decisions.filter(status=D.SENT))
    for one in decisions:
        one.status, one.answered_at = D.REFUSED, now
        one.error_code = why.code[:20]
        one.error_text = why.message or why.sentence
    with transaction.atomic():
        _words(sending, why)
        _keep(row, sending, decisions, S.REFUSED)


def _undone(
    row: FundingProposal, sending: Sending, status: SendingStatus, why: ExchangeError
) -> None:
    """Nothing of it was done, and it may go again."""
    with transaction.atomic():
        sending.decisions.filter(status=D.SENT).update(status=D.QUEUED)
        _words(sending, why)
        _close(sending, status)
        what = f"Not done: request [{sending.request_id}] of {{}}; {why.sentence}"
        record(row, what, Status.WARNING)


def _unclear(row: FundingProposal, sending: Sending, sentence: str) -> None:
    with transaction.atomic():
        number = sending.decisions.filter(status=D.SENT).update(status=D.UNCONFIRMED)
        sending.sentence = sentence
        _close(sending, S.UNCONFIRMED)
        alarms.unconfirmed(row, number)
        what = f"No clear answer to request [{sending.request_id}] of {{}}"
        record(row, what, Status.UNCONFIRMED)


def _words(sending: Sending, why: ExchangeError) -> None:
    sending.sentence = why.sentence
    if isinstance(why, CallRefused):
        sending.http_status, sending.code = why.http_status, why.code[:20]


def _close(sending: Sending, status: SendingStatus) -> None:
    Sending.objects.filter(pk=sending.pk, status=S.OPENED).update(
        status=status,
        ended_at=clock.real_now(),
        sentence=sending.sentence,
        http_status=sending.http_status,
        code=sending.code,
    )

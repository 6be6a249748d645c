"""Reading an answer record by record, and storing what it says."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models.functions import Now

from fini.errors import CallRefused
from fini.models import Batch, EipoSubscription
from fini.services.leases import Held
from fini.services.sending import arrays, notices, outcome_rows, telling
from fini.services.sending.arrays import Array
from fini.services.sending.discretion import discreet
from fini.services.sending.outcome_rows import Outcome
from fini.services.sending.telling import counted
from fini.states import Act, SendingStatus, SubscriptionStatus
from fini.wire import records
from fini.wire.answers import Answer, RecordError
from fini.wire.records import RecordOutcome
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.errors import printable

C, S = SendingStatus, SubscriptionStatus
TARGETS = {Act.CHANGE: S.CHANGED, Act.INVALIDATE: S.INVALIDATED}
# What is wrong with who asks, when and how, and with none of the records (notes).
NOT_THE_RECORDS = frozenset({401, 403, 404})
CRYPTO_CODES = "411"
MISSING = "FINI answered without naming the record."


def of_answer(act: str, pks: Mapping[str, uuid.UUID], answer: Answer) -> list[Outcome]:
    """One for every record of the array. Raises AnswerUnreadable.

    A record that the answer does not name is unconfirmed, and so is one that it names
    twice in two ways, or gives the recordID of another; a failed envelope without
    records refuses them all. One with records that are none of ours does not: some of
    it was done, and nobody knows what.
    """
    found: dict[uuid.UUID, Outcome] = {}
    entries = answer.entries(records.outcome)
    for entry in entries:
        pk = pks.get(entry.record_id if act == Act.INVALIDATE else entry.request_id)
        if pk is None:
            continue
        one = _outcome(act, pk, entry)
        found[pk] = one if found.get(pk, one) == one else _missing(pk)
    if not entries and not answer.succeeded:
        code, text = _said(answer.errors, answer.code, answer.message)
        return [Outcome(pk, S.REFUSED, "", code, text) for pk in pks.values()]
    shared = _shared(found.values()) if act == Act.ADD else set()
    sole = {pk: one for pk, one in found.items() if one.record_id not in shared}
    return [sole.get(pk) or _missing(pk) for pk in pks.values()]


def store(held: Held, batch: Batch, array: Array, answer: Answer) -> None:
    """Raises AnswerUnreadable before anything is written, and LeaseLost."""
    found = of_answer(batch.act, array.pks, answer)
    unnamed = sum(one.status == S.UNCONFIRMED for one in found)
    with transaction.atomic():
        held.hold()
        arrays.move(
            array.sending,
            C.UNCONFIRMED if unnamed else C.ANSWERED,
            ended_at=Now(),
            code=answer.code[:20],
            sentence=MISSING if unnamed else "",
        )
        outcome_rows.write(discreet(found), S.SENT)
        end_targets(batch.act, [one.pk for one in found if one.status == S.RECORDED])
        if unnamed:
            notices.unconfirmed(batch, unnamed, MISSING)
        _tell(batch, found, unnamed)


def store_refusal(held: Held, batch: Batch, array: Array, refused: CallRefused) -> None:
    """FINI did none of it: refused each, where it is the records' own fault, and queued
    as before where it is not. Raises LeaseLost."""
    with transaction.atomic():
        held.hold()
        arrays.move(
            array.sending,
            C.REFUSED,
            ended_at=Now(),
            http_status=refused.http_status,
            code=refused.code[:20],
            sentence=refused.sentence,
        )
        if not is_of_the_records(refused):
            arrays.queue_again(array.sending)
            return
        text = printable(refused.message, 500)
        found = [
            Outcome(pk, S.REFUSED, "", refused.code, text) for pk in array.pks.values()
        ]
        outcome_rows.write(discreet(found), S.SENT)
        _tell(batch, found, 0)


def is_of_the_records(refused: CallRefused) -> bool:
    return (
        bool(refused.code)
        and refused.http_status < 500
        and refused.http_status not in {*NOT_THE_RECORDS, 429}
        and not refused.code.startswith(CRYPTO_CODES)
    )


def end_targets(act: str, pks: Iterable[uuid.UUID]) -> None:
    """What a change or an invalidation that is recorded has ended."""
    after = TARGETS.get(Act(act))
    if after is not None:
        EipoSubscription.objects.filter(
            acts_on_it__in=list(pks), status=S.RECORDED
        ).update(status=after)


def _outcome(act: str, pk: uuid.UUID, entry: RecordOutcome) -> Outcome:
    """An add is recorded when it has its recordID; the others act on one they have."""
    if entry.errors:
        code, text = _said(entry.errors, "", "")
        return Outcome(pk, S.REFUSED, entry.record_id, code, text)
    if act == Act.ADD and not entry.record_id:
        return _missing(pk)
    return Outcome(pk, S.RECORDED, entry.record_id)


def _shared(found: Iterable[Outcome]) -> set[str]:
    """The recordIDs that were given to several: whose they are, only a query tells."""
    times = Counter(one.record_id for one in found if one.record_id)
    return {record_id for record_id, number in times.items() if number > 1}


def _missing(pk: uuid.UUID) -> Outcome:
    return Outcome(pk, S.UNCONFIRMED, error_text=MISSING)


def _said(errors: tuple[RecordError, ...], code: str, message: str) -> tuple[str, str]:
    """The first exception's code, and all that was said."""
    texts = [error.message or str(error.rest or "") for error in errors] or [message]
    first = next((error.code for error in errors if error.code), code)
    return printable(first, 20), printable("; ".join(filter(None, texts)), 500)


def _tell(batch: Batch, found: list[Outcome], unnamed: int) -> None:
    recorded = sum(one.status == S.RECORDED for one in found)
    refused = len(found) - recorded - unnamed
    told = [f"{recorded:,} recorded", f"{refused:,} refused"]
    told += [f"{unnamed:,} unconfirmed"] if unnamed else []
    status = Status.UNCONFIRMED if unnamed else Status.SUCCESSFUL
    telling.tell(
        batch,
        f"Send [{counted(len(found))}] of [{batch}] to FINI: {', '.join(told)}",
        Status.WARNING if refused and not unnamed else status,
    )

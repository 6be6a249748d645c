"""What the approval of a decision on records binds, and what is asked of it twice:
when it is made, and when it acts."""

import hashlib
import json
import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from fini import identity_numbers
from fini.models import Batch, EipoSubscription, RecordDecision, RecordDecisionKind
from fini.refusals import Refusal
from fini.selectors import undecided
from fini.services.sending import discretion
from fini.services.sending.telling import counted
from fini.states import SubscriptionStatus

KIND = "eipo records"
S = SubscriptionStatus
AT_FINI = (S.RECORDED, S.CHANGED, S.INVALIDATED)
BUSY = (
    "The portal’s worker is at this batch just now, and FINI may tell it more. Nothing "
    "was decided. Try again in a minute."
)
MOVED = (
    "One of these records is unconfirmed no longer, or FINI is to be asked about it "
    "again. Nothing was decided. Look at what came of it."
)

NAMES_SOMEBODY = (
    "The reason holds what looks like an identity number, or names one of these "
    "people. Nothing was decided. It is kept for ever: write how you know, and not of "
    "whom."
)


def payload(pk: uuid.UUID) -> str:
    """SHA-256 over what the approver sees. Whether a record has moved on since, the
    move itself finds out, and says so in a sentence of its own."""
    decision = RecordDecision.objects.select_related("batch__participant").get(pk=pk)
    rows = all_of(decision)
    fields = ("row", "own_ref", "ipo_id", "quantity")
    seen = {
        "participant": decision.batch.participant.code,
        "batch": decision.batch.number,
        "kind": decision.kind,
        "reason": decision.reason,
        "records": decision.records,
        "rows": [list(row) for row in rows.order_by("row").values_list(*fields)],
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def all_of(decision: RecordDecision) -> QuerySet[EipoSubscription]:
    """Its records, whatever became of them."""
    return EipoSubscription.objects.filter(
        batch=decision.batch, row__in=[int(row) for row in decision.records]
    )


def rows_of(decision: RecordDecision) -> QuerySet[EipoSubscription]:
    """Those of its records on which a person may still decide."""
    numbers = [int(row) for row in decision.records]
    return undecided.rows(decision.batch).filter(row__in=numbers)


def described(decision: RecordDecision) -> str:
    label = RecordDecisionKind(decision.kind).label
    number = counted(len(decision.records))
    return f"decision [{label}] on [{number}] of [{decision.batch}]"


def check_reason(reason: str, pks: Sequence[uuid.UUID]) -> None:
    """It goes into Activity, which nobody erases. Raises Refusal where it names any of
    these records' people."""
    if identity_numbers.mentions_hkid(reason) or discretion.names_one(reason, pks):
        raise Refusal(NAMES_SOMEBODY)


def check_theirs(batch: Batch, record_ids: Sequence[str]) -> None:
    """Each is one record's, and no other's that we know of. Raises Refusal."""
    known = EipoSubscription.objects.filter(
        participant=batch.participant_id,
        batch__profile=batch.profile_id,
        record_id__in=record_ids,
        status__in=AT_FINI,
    )
    doubled = [one for one in record_ids if record_ids.count(one) > 1]
    taken = doubled or list(known.values_list("record_id", flat=True)[:1])
    if taken:
        raise Refusal(
            f"The record ID {taken[0]} is another record’s. Nothing was decided. "
            "Compare it with what FINI shows."
        )

"""What is recorded already, or on its way: own references and documents that a new
record must be held against."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from fini.models import Batch, EipoSubscription
from fini.states import SubscriptionStatus

S = SubscriptionStatus
# FINI has not got these, or has them no more.
DEAD = (S.KEPT_BACK, S.REFUSED, S.INVALIDATED, S.WITHDRAWN, S.ABANDONED)
Document = tuple[str, bytes]  # an IPO, and a number's hash
# Values of rows that are stored: the database takes each once, without being sent it.
Stored = QuerySet[EipoSubscription, Any]


def own_refs(batch: Batch, refs: Stored) -> Mapping[str, int]:
    """Which of these own references live in another batch of the same profile, and
    the number of that batch."""
    found = _others(batch).filter(own_ref__in=refs)
    return dict(found.values_list("own_ref", F("batch__number")).distinct())


def documents(batch: Batch, hashes: Stored) -> Mapping[Document, int]:
    """Which documents apply in another batch already, for which IPO and in which."""
    found = _others(batch).filter(number_hash__in=hashes)
    rows = found.values_list("ipo_id", "number_hash", F("batch__number")).distinct()
    return {(ipo_id, bytes(told)): number for ipo_id, told, number in rows}


def clash(batch: Batch) -> str:
    """An own reference of this batch that another has sent, or queued, since both
    were read; "" without one."""
    sent = _others(batch).exclude(status=S.DRAFTED)
    same = sent.filter(own_ref=OuterRef("own_ref"))
    rows = EipoSubscription.objects.filter(batch=batch, status=S.DRAFTED, target=None)
    found = rows.filter(Exists(same)).values_list("own_ref", flat=True)
    return found.first() or ""


def _others(batch: Batch) -> QuerySet[EipoSubscription]:
    return (
        EipoSubscription.objects.filter(
            participant=batch.participant_id, batch__profile=batch.profile_id
        )
        .exclude(batch=batch.pk)
        .exclude(status__in=DEAD)
        .order_by()
    )

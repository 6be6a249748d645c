"""Taking a batch to send: one worker at a time, and not before its time."""

import uuid

from django.db.models import Q
from django.db.models.functions import Now

from fini.models import Batch
from fini.services import leases
from fini.services.leases import Held
from fini.services.sending import telling
from fini.states import BatchStatus
from portal import clock, wakeups
from portal.activity import transaction
from portal.activity.models import Status

WAKE_UP = "fini-send"
TO_SEND = Q(status__in=[BatchStatus.QUEUED, BatchStatus.SENDING])
DUE = Q(send_next_at=None) | Q(send_next_at__lte=Now())


def claim(pk: uuid.UUID) -> Held | None:
    """The batch, from now on being sent; None when it is another's, or not due."""
    with transaction.atomic():
        held = leases.take(Batch, pk, TO_SEND, DUE, status=BatchStatus.SENDING)
        if held is not None:
            _tell_of_the_first(pk)
    return held


def wake_due() -> int:
    """Batches that wait for a worker: those whose message was lost, whose worker died,
    and whose time has come."""
    due = Batch.objects.filter(TO_SEND, DUE, leases.EXPIRED)
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        wakeups.wake(WAKE_UP, pk)
    return len(pks)


def _tell_of_the_first(pk: uuid.UUID) -> None:
    if Batch.objects.filter(pk=pk, sent_from=None).update(sent_from=clock.now()):
        batch = Batch.objects.select_related("participant").get(pk=pk)
        telling.tell(batch, f"Send [{batch}]: begun", Status.SUCCESSFUL)

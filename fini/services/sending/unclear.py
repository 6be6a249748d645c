"""Requests of which nobody can say whether FINI has done them (law 4)."""

from django.db.models.functions import Now

from fini.models import Batch, EipoSubscription, Sending
from fini.services.leases import Held
from fini.services.sending import arrays, notices, telling
from fini.services.sending.telling import counted
from fini.states import SendingStatus, SubscriptionStatus, check_move
from portal.activity import transaction
from portal.activity.models import Status

C, S = SendingStatus, SubscriptionStatus
DIED = "The portal’s worker ended while FINI’s answer was awaited."
NEVER_SENT = "The portal’s worker ended before the request was sent."


def mark(held: Held, batch: Batch, sending: Sending, sentence: str) -> None:
    """Its records are unconfirmed: nothing of them is sent before a query has shown
    what FINI has. Raises LeaseLost."""
    with transaction.atomic():
        held.hold()
        arrays.move(sending, C.UNCONFIRMED, sentence=sentence, ended_at=Now())
        check_move(S.SENT, S.UNCONFIRMED)
        number = EipoSubscription.objects.filter(sending=sending, status=S.SENT).update(
            status=S.UNCONFIRMED
        )
        notices.unconfirmed(batch, number, sentence)
        told = f"Send [{counted(number)}] of [{batch}] to FINI: no clear answer"
        telling.tell(batch, told, Status.UNCONFIRMED)


def recover_before(held: Held, batch: Batch) -> None:
    """What a worker that ended has left: whoever holds the lease now is the only one,
    so that a request under way is a dead worker's. Raises LeaseLost."""
    left = Sending.objects.filter(batch=batch)
    for sending in left.filter(status=C.PREPARED):
        arrays.drop(held, sending, NEVER_SENT)
    for sending in left.filter(status=C.OPENED):
        mark(held, batch, sending, DIED)

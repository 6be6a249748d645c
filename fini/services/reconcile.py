"""What FINI has for an IPO against what we have: asked by a person, made by a worker.

Nothing is put right by it: what differs is for people to look at.
"""

import datetime as dt
import uuid

from django.db.models import Q

from fini.models import Profile, Reconciliation
from fini.refusals import Refusal
from fini.services import connections, leases
from fini.services.comparing import KINDS, Compared, compare
from fini.services.leases import Held, LeaseLost
from portal import clock, secrets, wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.exchange.errors import ExchangeError
from portal.people.models import User
from portal.stopping import is_stopping

WAKE_UP = "fini-reconcile"
CANNOT_OPEN = "The private key of the FINI profile cannot be opened. Nothing was asked."
DEFECT = (
    "A defect of the portal ended it. Tell those who run the portal: the worker’s log "
    "says where it failed."
)
OPEN = Q(ended_at=None)


def ask(profile: Profile, ipo_id: str, user: User | None) -> Reconciliation:
    """One that is under way is not asked for again. Raises Refusal for no IPO."""
    if not ipo_id:
        raise Refusal("No IPO is named.", "Nothing is compared.", "Name an IPO.")
    with transaction.atomic():
        Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
        open_one = Reconciliation.objects.filter(OPEN, profile=profile, ipo_id=ipo_id)
        found = open_one.first()
        if found is None:
            found = Reconciliation.objects.create(
                participant=profile.participant,
                profile=profile,
                ipo_id=ipo_id,
                asked_by=user,
                asked_at=clock.now(),
            )
            _tell(found, "asked for", Status.QUEUED, user)
        wakeups.wake(WAKE_UP, found.pk)
    return found


def run(pk: uuid.UUID) -> None:
    """Compare, unless another worker does, or it is done."""
    if is_stopping() or not (held := leases.take(Reconciliation, pk, OPEN)):
        return
    with leases.renewed(held):
        row = Reconciliation.objects.select_related(
            "participant", "profile__participant", "profile__company_id"
        ).get(pk=pk)
        began_at = clock.now()
        try:
            found = compare(row, connections.client_of(row.profile))
        except LeaseLost:
            return
        except (ExchangeError, Refusal, secrets.CannotOpen) as no:
            _end(held, row, sentence=_sentence(no), began_at=began_at)
        except Exception:
            _end(held, row, sentence=DEFECT, began_at=began_at)
            raise
        else:
            _end(held, row, compared=found, began_at=began_at)


def wake_due() -> int:
    """Those whose message was lost, or whose worker died."""
    pks = Reconciliation.objects.filter(OPEN, leases.EXPIRED).values_list("pk")
    for (pk,) in pks:
        wakeups.wake(WAKE_UP, pk)
    return len(pks)


def _end(
    held: Held,
    row: Reconciliation,
    *,
    began_at: dt.datetime,
    sentence: str = "",
    compared: Compared | None = None,
) -> None:
    with transaction.atomic():
        held.hold()
        Reconciliation.objects.filter(pk=row.pk).update(
            began_at=began_at,
            ended_at=clock.now(),
            sentence=sentence,
            totals=compared.totals if compared else {},
            differences=compared.differences if compared else {},
        )
        if compared is None:
            _tell(row, "failed", Status.FAILED)
            return
        number = sum(compared.totals[kind] for kind in KINDS)
        said = f"[{number}] differences" if number else "no difference"
        _tell(row, said, Status.WARNING if number else Status.SUCCESSFUL)


def _sentence(no: ExchangeError | Refusal | secrets.CannotOpen) -> str:
    if isinstance(no, ExchangeError):
        return no.sentence
    return str(no) if isinstance(no, Refusal) else CANNOT_OPEN


def _tell(
    row: Reconciliation, what: str, status: Status, user: User | None = None
) -> None:
    activity.append(
        row.participant,
        Kind.SUBSCRIPTION,
        Endpoint.WEB if user else Endpoint.API,
        f"Reconcile IPO [{row.ipo_id}] with FINI: {what}",
        status,
        user=user,
        refs={"reconciliation": str(row.pk)},
        topics=["fini", "fini-reconcile"],
    )

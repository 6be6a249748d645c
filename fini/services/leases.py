"""The lease of a row that one worker at a time reads or sends: a holder, 30 seconds.

A holder is drawn anew each time, so that a worker whose lease has passed can write
nothing more. All times are the database's own (`Now()`), as those of a visit are.
"""

import contextlib
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal import leases
from portal.leases import EXPIRED, LeaseLost, later

__all__ = ["EXPIRED", "Held", "LeaseLost", "later", "renewed", "take"]


@dataclass(frozen=True)
class Held:
    """A row that was taken; every transaction of its worker begins with `hold`, or
    with `keep`."""

    model: type[models.Model]
    pk: uuid.UUID
    holder: uuid.UUID
    lost: threading.Event = field(default_factory=threading.Event, repr=False)

    def hold(self, **changes: object) -> None:
        """Prolong, and make `changes`, if it is still ours; in a transaction it also
        keeps the row from changing hands until commit. Raises LeaseLost."""
        until = later(settings.LEASE_SECONDS)
        self._check(self._rows().update(lease_until=until, **changes))

    def keep(self) -> None:
        """In a transaction: keep the row from changing hands until commit, and write
        nothing, for a row that is large; `renewed` prolongs it. Raises LeaseLost."""
        self._check(len(self._rows().select_for_update(no_key=True).values_list("pk")))

    def release(self) -> None:
        """Give it back; nothing happens when it is another's already."""
        self._rows().update(lease_until=None, holder=None)

    def _check(self, rows: int) -> None:
        if not rows:
            self.lost.set()
            raise LeaseLost(str(self.pk))

    def _rows(self) -> "models.QuerySet[models.Model]":
        return self.model._default_manager.filter(pk=self.pk, holder=self.holder)


def take(
    model: type[models.Model], pk: uuid.UUID, *wanted: Q, **changes: object
) -> Held | None:
    """The row by one conditional UPDATE that also makes `changes`; None while another
    holds it, or when it is not as `wanted`."""
    holder = uuid.uuid4()
    taken = model._default_manager.filter(EXPIRED, *wanted, pk=pk).update(
        holder=holder, lease_until=later(settings.LEASE_SECONDS), **changes
    )
    return Held(model, pk, holder) if taken else None


@contextlib.contextmanager
def renewed(held: Held) -> Iterator[None]:
    """Renews it in a thread for as long as the body runs, then gives it back."""
    try:
        with leases.renewed(held.hold, str(held.pk)):
            yield
    finally:
        held.release()

"""The lease of an account: one holder, 30 seconds, and a fence that only goes up."""

import contextlib
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F, QuerySet

from portal import leases
from portal.leases import EXPIRED, LeaseLost, later
from transfers.models import Lease

__all__ = ["EXPIRED", "Held", "LeaseLost", "break_expired", "renewed", "take"]


@dataclass(frozen=True)
class Held:
    """A lease that was taken; every write of the visit begins with `hold`."""

    account_pk: uuid.UUID
    holder: str
    fence: int
    lost: threading.Event = field(default_factory=threading.Event, repr=False)

    def hold(self) -> None:
        """Prolong, if it is still ours. Raises LeaseLost.

        In a transaction it also keeps the lease from changing hands until commit.
        """
        if not self._rows().update(lease_until=later(settings.LEASE_SECONDS)):
            self.lost.set()
            raise LeaseLost(str(self.account_pk))

    def release(self) -> None:
        """Give it back; nothing happens when it is another's already."""
        self._rows().update(lease_until=None, holder="")

    def _rows(self) -> QuerySet[Lease]:
        return Lease.objects.filter(
            account_id=self.account_pk, fence=self.fence, holder=self.holder
        )


def take(account_pk: uuid.UUID) -> Held | None:
    """The lease of the account, or None while another holds it."""
    Lease.objects.get_or_create(account_id=account_pk)
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    taken = Lease.objects.filter(EXPIRED, account_id=account_pk).update(
        holder=holder, lease_until=later(settings.LEASE_SECONDS), fence=F("fence") + 1
    )
    if not taken:
        return None
    return Held(account_pk, holder, Lease.objects.get(holder=holder).fence)


def break_expired(account_pk: uuid.UUID) -> bool:
    """Raise the fence of a lease whose time has passed, so that a holder that comes
    back to life can write nothing; False while the lease is alive."""
    return bool(
        Lease.objects.filter(EXPIRED, account_id=account_pk).update(
            holder="", lease_until=None, fence=F("fence") + 1
        )
    )


@contextlib.contextmanager
def renewed(held: Held) -> Iterator[None]:
    """Renews it in a thread for as long as the body runs."""
    with leases.renewed(held.hold, f"account {held.account_pk}"):
        yield

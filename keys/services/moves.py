"""The one way from state to state of a renewal: claimed, checked, and told."""

from typing import Any

from keys.models import KeyRenewal
from keys.renewal_states import MoveNotAllowed, RenewalStatus, check_move
from keys.services import records
from portal.activity import transaction
from portal.activity.models import Endpoint, Status
from portal.people.models import User

R = RenewalStatus
TOLD = {
    R.DRAFTED: ("Ask to renew with", Status.PENDING),
    R.QUEUED: ("Queue renewal with", Status.PENDING),
    R.UPLOADING: ("Upload", Status.PENDING),
    R.AWAITING_RESULT: ("Sent", Status.PENDING),
    R.ANSWERED: ("HKEX accepted", Status.SUCCESSFUL),
    R.PROVED: ("Log in with renewed", Status.SUCCESSFUL),
    R.REJECTED: ("HKEX rejected", Status.FAILED),
    R.UNCONFIRMED: ("Unconfirmed renewal with", Status.UNCONFIRMED),
    R.WITHDRAWN: ("Withdraw renewal with", Status.WARNING),
}
BY_A_PERSON = frozenset({R.DRAFTED, R.QUEUED, R.WITHDRAWN})


def move(
    renewal: KeyRenewal,
    after: RenewalStatus,
    *,
    fence: int | None = None,
    by: User | None = None,
    **fields: Any,
) -> KeyRenewal:
    """Move on from the state the caller has read, once, and write the Activity, in
    a service's transaction (law 1). Raises MoveNotAllowed."""
    transaction.require()
    before = RenewalStatus(renewal.status)
    check_move(before, after)
    rows = KeyRenewal.objects.filter(pk=renewal.pk, status=before)
    if fence is not None:
        rows = rows.filter(fence=fence)
    if rows.update(status=after, **fields) != 1:
        raise MoveNotAllowed(f"renewal {renewal.pk} is {before} no longer")
    for name, value in {"status": after, **fields}.items():
        setattr(renewal, name, value)
    record(renewal, by=by)
    return renewal


def record(renewal: KeyRenewal, *, by: User | None = None) -> None:
    """The Activity of a renewal as it stands."""
    state = RenewalStatus(renewal.status)
    verb, status = TOLD[state]
    asked = state == R.DRAFTED or renewal.approval_id is not None
    records.of_key(
        renewal.key,
        verb,
        by=by,
        status=status,
        endpoint=Endpoint.WEB if state in BY_A_PERSON else Endpoint.SFTP,
        topics=("approvals",) if asked else (),
    )


__all__ = ["MoveNotAllowed", "move", "record"]

"""Proving a new key: what its login says of the renewal."""

import datetime as dt

from keys.models import KeyRenewal
from keys.renewal_states import TO_PROVE, RenewalStatus
from keys.services import exchange_warnings, notices
from keys.services.accounts import locked
from keys.services.answers import take_renewed
from keys.services.leases import Lease
from keys.services.moves import move, record
from portal import clock
from portal.activity import transaction

R = RenewalStatus
# A refused proof costs a login; HKEX may also be slow to take the key.
TRY_AGAIN = (
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=1),
)
THEN_EVERY = dt.timedelta(hours=6)
NOT_REACHED = dt.timedelta(minutes=5)
# Result files are kept 24 hours at most (Guide A §4.6): nothing comes after that.
GIVE_UP_AFTER = exchange_warnings.ANSWERS_WITHIN


def proved(lease: Lease, renewal: KeyRenewal, now: dt.datetime) -> None:
    """The exchange let the new key in: the switch. Without an answer of its own, the
    day of the upload is the day from which HKEX counts."""
    with transaction.atomic():
        lease.hold()
        locked(renewal.account_id)
        row = _to_prove(renewal)
        if row is None:
            return
        key = take_renewed(row, row.answered_at or row.opened_at or now)
        key.proved_at = key.proved_at or now
        key.save(update_fields=["proved_at"])
        notices.proved(row)
        exchange_warnings.settled(row)
        move(row, R.PROVED, ended_at=now, sentence="", prove_next_at=None)


def refused(lease: Lease, renewal: KeyRenewal, sentence: str, now: dt.datetime) -> None:
    """The old key stays in use, and people are told. Tried again, ever more rarely;
    without any answer of HKEX, until none can come."""
    with transaction.atomic():
        lease.hold()
        locked(renewal.account_id)
        row = _to_prove(renewal)
        if row is None:
            return
        row.proofs += 1
        pauses = (*TRY_AGAIN, THEN_EVERY)
        pause = pauses[min(row.proofs, len(pauses)) - 1]
        row.prove_next_at = clock.real_now() + pause
        row.save(update_fields=["proofs", "prove_next_at"])
        if _is_hopeless(row, now):
            _give_up(row, now)
        else:
            _stay(row, f"{sentence} The new key was not let in.")


def put_off(lease: Lease, renewal: KeyRenewal) -> None:
    """Nobody was reached, so nothing was learned."""
    with transaction.atomic():
        lease.hold()
        KeyRenewal.objects.filter(pk=renewal.pk, status__in=TO_PROVE).update(
            prove_next_at=clock.real_now() + NOT_REACHED
        )


def _stay(row: KeyRenewal, sentence: str) -> None:
    notices.unconfirmed(row, sentence)
    if row.status == R.ANSWERED:
        move(row, R.UNCONFIRMED, sentence=sentence)
        return
    KeyRenewal.objects.filter(pk=row.pk).update(sentence=sentence)
    record(row)


def _give_up(row: KeyRenewal, now: dt.datetime) -> None:
    sentence = "HKEX has not answered in 24 hours and does not let the new key in."
    notices.resolve(notices.UNCONFIRMED, row.account)
    notices.rejected(row, sentence)
    exchange_warnings.settled(row)
    move(row, R.REJECTED, ended_at=now, sentence=sentence, prove_next_at=None)


def _is_hopeless(row: KeyRenewal, now: dt.datetime) -> bool:
    if row.status != R.UNCONFIRMED or row.answered_at or row.opened_at is None:
        return False
    return now - row.opened_at > GIVE_UP_AFTER


def _to_prove(renewal: KeyRenewal) -> KeyRenewal | None:
    return (
        KeyRenewal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("key", "account__participant", "account__facility")
        .filter(pk=renewal.pk, status__in=TO_PROVE)
        .first()
    )

"""What happens backstage of the key pages: accounts, circuits, what a worker does."""

import datetime as dt
import uuid

from keys.models import KeyRenewal, KeyResult, RemoteIp, SftpAccount, SshKey, Taken
from keys.renewal_states import RenewalStatus
from keys.services import records
from portal import clock
from portal.activity import transaction
from portal.people.models import Identity, IdentityKind, Participant, User
from tests.keys.views import builders

R = RenewalStatus


def _participant() -> Participant:
    return Participant.objects.get(code="CP00010")


def account(platform: str = "ECP", login_id: str = "") -> str:
    """Without a key; two addresses in the participant's circuit."""
    participant = _participant()
    if not participant.subnets.exists():
        builders.subnet(participant)
    made = builders.account(participant, platform, login_id)
    for last in (44, 45):
        RemoteIp.objects.create(
            account=made,
            address=f"10.163.3.{last}",
            registered_on=clock.today(),
        )
    return str(made.pk)


def with_keys(status: str = "", days_ago: int = 400) -> str:
    """A current key of that age, and a renewal in some state."""
    pk = account()
    at = SftpAccount.objects.get(pk=pk)
    builders.registered(
        at, clock.today() - dt.timedelta(days_ago), proved_at=clock.now()
    )
    if status:
        charlie = User.objects.get(username="charlie")
        builders.renewal(at, R(status), requested_by=charlie)
    return pk


def renewed() -> str:
    """Two keys, and a past of two more."""
    pk = account("ECP", "hkidr.aaa000")
    at, today = SftpAccount.objects.get(pk=pk), clock.today()
    for days in (1200, 900):
        builders.registered(at, today - dt.timedelta(days))
    builders.registered(at, today - dt.timedelta(400), proved_at=clock.now(), bits=4096)
    row = builders.renewal(
        at,
        R.ANSWERED,
        requested_by=User.objects.get(username="charlie"),
        sent_at=clock.now(),
        answered_at=clock.now(),
    )
    _take(row)
    _answer(row)
    return pk


def waiting(platform: str = "ECP") -> str:
    """A key that was made and is not registered."""
    at = SftpAccount.objects.get(pk=account(platform))
    return str(builders.key(at).pk)


def answer_renewal(account_pk: str) -> None:
    """The worker has uploaded the new key, and HKEX has taken it."""
    row = KeyRenewal.objects.get(account_id=uuid.UUID(account_pk))
    with transaction.atomic():
        now = clock.now()
        KeyRenewal.objects.filter(pk=row.pk).update(
            status=R.ANSWERED, sent_at=now, answered_at=now
        )
        _take(row)
        _answer(row)
        records.of_key(row.key, "Renew with")


def prove_renewal(account_pk: str) -> None:
    """And the new key has logged in."""
    row = KeyRenewal.objects.get(account_id=uuid.UUID(account_pk))
    with transaction.atomic():
        now = clock.now()
        KeyRenewal.objects.filter(pk=row.pk).update(status=R.PROVED, ended_at=now)
        SshKey.objects.filter(pk=row.key_id).update(proved_at=now)
        records.of_key(row.key, "Prove")


def wings_only() -> None:
    Identity.objects.create(
        participant=_participant(),
        kind=IdentityKind.CE_NUMBER,
        code="BBB111",
        wings_only=True,
    )


def no_approvals() -> None:
    Participant.objects.update(approval_required=False)


def age_key(account_pk: str, days: int) -> None:
    """The account's registered key was registered so many days ago."""
    on = clock.today() - dt.timedelta(days)
    SshKey.objects.filter(
        account_id=uuid.UUID(account_pk), registered_on__isnull=False
    ).update(registered_on=on, taken_at=clock.now() - dt.timedelta(days))


def _take(row: KeyRenewal) -> None:
    SshKey.objects.filter(pk=row.key_id).update(
        registered_on=clock.today(), taken=Taken.RENEWED, taken_at=clock.now()
    )


def _answer(row: KeyRenewal) -> None:
    name = f"{row.account.login_id}.pub"
    KeyResult.objects.create(
        account=row.account,
        renewal=row,
        name=f"{name}.143652.rcvd",
        is_success=True,
        content=f"{row.key.fingerprint_md5}\r\n".encode(),
        day=clock.today(),
        seen_at=clock.now(),
    )

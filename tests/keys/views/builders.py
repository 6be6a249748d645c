"""Small builders: accounts of each platform, keys with a past, addresses, a renewal."""

import datetime as dt
import itertools
from typing import Any

from keys.models import (
    CircuitKind,
    EncryptionPassword,
    Environment,
    Facility,
    FileEncryption,
    KeyRenewal,
    Platform,
    RenewalReason,
    SftpAccount,
    SshKey,
    Subnet,
    Taken,
)
from keys.renewal_states import RenewalStatus
from portal import clock
from portal.people.models import Participant, User
from tests.keys.keyfiles import public_key

_numbers = itertools.count(1)
LOGINS = {"ECP": "hkidr", "RAP": "DCXYZ", "RRS": "CXYZ"}
DAY = dt.timedelta(1)


def facility(platform: str = "ECP") -> Facility:
    found, _ = Facility.objects.get_or_create(
        name=f"{platform} sandbox of keys",
        defaults={"platform": platform, "environment": Environment.SANDBOX},
    )
    return found


def account(
    participant: Participant, platform: str = "ECP", login_id: str = ""
) -> SftpAccount:
    number = next(_numbers)
    made = SftpAccount.objects.create(
        facility=facility(platform),
        participant=participant,
        login_id=login_id or f"{LOGINS[platform]}{number:03}",
    )
    made.identities.set(participant.identities.all())
    return made


def key(of: SftpAccount, **fields: Any) -> SshKey:
    """Made, and not registered unless `fields` say so; its private half is no key."""
    public = public_key(Platform.RRS, seed=next(_numbers))
    values = {
        "public_line": public.openssh_line,
        "fingerprint_md5": public.md5,
        "fingerprint_sha256": public.sha256,
        "bits": public.bits,
        "sealed_private": b"sealed",
        "created_at": clock.now(),
    }
    return SshKey.objects.create(account=of, **{**values, **fields})


def registered(of: SftpAccount, on: dt.date | None = None, **fields: Any) -> SshKey:
    return key(of, registered_on=on or clock.today(), taken_at=clock.now(), **fields)


def renewed(of: SftpAccount, on: dt.date | None = None, **fields: Any) -> SshKey:
    """After `registered`."""
    return registered(of, on, taken=Taken.RENEWED, **fields)


def renewal(of: SftpAccount, status: RenewalStatus, **fields: Any) -> KeyRenewal:
    return KeyRenewal.objects.create(
        account=of,
        key=key(of),
        reason=RenewalReason.ASKED,
        status=status,
        created_at=clock.now(),
        **fields,
    )


def subnet(participant: Participant, network: str = "10.163.3.0/24") -> Subnet:
    return Subnet.objects.create(
        participant=participant, circuit=CircuitKind.SDNET, network=network
    )


def drafted_password(participant: Participant, by: User) -> EncryptionPassword:
    """For the sandbox's ECP; waits to be confirmed there."""
    encryption, _ = FileEncryption.objects.get_or_create(
        participant=participant, environment=Environment.SANDBOX
    )
    return EncryptionPassword.objects.create(
        encryption=encryption,
        sealed=b"sealed",
        hashed="scrypt$2$1$1$AA==$AA==",
        drafted_by=by,
        drafted_at=clock.now(),
    )

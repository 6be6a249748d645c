"""Small builders: an account of any platform, keys without drawing pairs."""

import datetime as dt
import itertools
from typing import Any

from keys.models import Environment, Facility, Platform, SftpAccount, SshKey, Taken
from portal.people.guards import Acting, acting_at
from portal.people.models import Participant, User

NOW = dt.datetime(2024, 3, 1, 4, 0, tzinfo=dt.UTC)  # a Friday, noon in Hong Kong
DAY = dt.date(2024, 3, 1)
_numbers = itertools.count(1)


def facility(platform: Platform = Platform.ECP) -> Facility:
    found, _ = Facility.objects.get_or_create(
        name=f"{platform} sandbox",
        defaults={"platform": platform, "environment": Environment.SANDBOX},
    )
    return found


def account(
    participant: Participant, platform: Platform = Platform.ECP, **fields: Any
) -> SftpAccount:
    n = next(_numbers)
    login_id = {"RAP": f"DCXYZ{n:03}", "RRS": f"CXYZ{n:03}"}.get(platform, f"hkidr{n}")
    return SftpAccount.objects.create(
        facility=facility(platform),
        participant=participant,
        login_id=login_id,
        **fields,
    )


def key(
    of: SftpAccount,
    on: dt.date | None = DAY,
    how: Taken = Taken.REGISTERED,
    **fields: Any,
) -> SshKey:
    """A registered key whose private half is nothing; on=None: not registered."""
    n = next(_numbers)
    octets = n.to_bytes(16, "big").hex(":")
    made_at = NOW if on is None else dt.datetime.combine(on, dt.time(4), tzinfo=dt.UTC)
    return SshKey.objects.create(
        account=of,
        public_line="ssh-rsa AAAA",
        fingerprint_md5=octets,
        fingerprint_sha256=f"SHA256:{n}",
        sealed_private=b"sealed",
        created_at=made_at,
        registered_on=on,
        taken=how,
        taken_at=made_at if on else None,
        **fields,
    )


def acting(user: User, participant: Participant) -> Acting:
    found = acting_at(user, participant.code)
    assert found is not None
    return found


class Free:
    """A lease that nobody takes away."""

    def __init__(self, account: SftpAccount, fence: int = 1) -> None:
        self.account_pk = account.pk
        self.fence = fence

    def hold(self) -> None:
        """It is ours."""

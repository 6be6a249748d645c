"""Keys are made, sealed, opened and registered."""

import base64
import datetime as dt

import pytest

from keys import services
from keys.models import Environment, Facility, Platform, SftpAccount, SshKey
from keys.selectors import accounts_for, confirmed_hosts, current_key
from portal import secrets
from portal.activity.models import Activity
from portal.people.models import Identity, Participant

NOW = dt.datetime(2024, 3, 1, 7, 4, tzinfo=dt.UTC)
DAY = dt.date(2024, 3, 1)


@pytest.fixture
def account(participant: Participant, ce_number: Identity) -> SftpAccount:
    """An account at RRS, whose keys are the quickest to make."""
    facility = Facility.objects.create(
        platform=Platform.RRS, environment=Environment.SANDBOX, name="RRS sandbox"
    )
    made = SftpAccount.objects.create(
        facility=facility, participant=participant, login_id="CXYZ001"
    )
    made.identities.set([ce_number])
    return made


@pytest.fixture
def key(account: SftpAccount) -> SshKey:
    return services.make_key(account, NOW)


def test_the_opened_key_is_the_pair_of_the_public_line(key: SshKey) -> None:
    opened = services.open_private(key)
    assert key.public_line == f"ssh-rsa {opened.get_base64()}"


def test_the_fingerprints_are_those_of_the_key(key: SshKey) -> None:
    opened = services.open_private(key)
    assert opened.fingerprint == key.fingerprint_sha256
    assert opened.get_fingerprint().hex(":") == key.fingerprint_md5


def test_the_size_is_the_platforms(key: SshKey) -> None:
    assert services.open_private(key).get_bits() == 2048


def test_the_private_half_is_not_in_the_row(key: SshKey) -> None:
    key.refresh_from_db()
    assert b"PRIVATE KEY" not in bytes(key.sealed_private)
    assert b"PRIVATE KEY" not in base64.b64encode(bytes(key.sealed_private))


def test_a_key_moved_to_another_row_does_not_open(key: SshKey) -> None:
    other = SshKey(account=key.account, sealed_private=key.sealed_private)
    with pytest.raises(secrets.CannotOpen):
        services.open_private(other)


def test_making_is_recorded_by_fingerprint_alone(key: SshKey) -> None:
    row = Activity.objects.get(kind="Key")
    assert row.description == f"Make key [{key.fingerprint_md5}] of [CXYZ001]"
    assert "PRIVATE" not in str(row.refs)


def test_a_key_is_current_once_registered(account: SftpAccount, key: SshKey) -> None:
    assert current_key(account) is None
    services.mark_registered(key, DAY)
    assert current_key(account, DAY) == key


def test_the_key_registered_last_is_current(account: SftpAccount, key: SshKey) -> None:
    services.mark_registered(key, DAY)
    newer = services.make_key(account, NOW + dt.timedelta(days=1))
    services.mark_registered(newer, DAY + dt.timedelta(days=1))
    assert current_key(account, DAY + dt.timedelta(days=1)) == newer


def test_a_revoked_key_is_not_current(account: SftpAccount, key: SshKey) -> None:
    services.mark_registered(key, DAY)
    SshKey.objects.update(revoked_on=DAY)
    assert current_key(account) is None


def test_accounts_are_found_by_identity_and_platform(
    account: SftpAccount, ce_number: Identity, firm_id: Identity
) -> None:
    assert accounts_for(ce_number, Platform.RRS) == [account]
    assert accounts_for(firm_id, Platform.RRS) == []
    assert accounts_for(ce_number, Platform.ECP) == []


def test_only_confirmed_hosts_of_the_active_site_are_tried(
    account: SftpAccount,
) -> None:
    hosts = account.facility.hosts
    pinned = {"host_key": "ssh-rsa AAAA", "confirmed_at": NOW, "port": 22}
    first = hosts.create(site="primary", order=0, address="127.0.1.1", **pinned)
    hosts.create(site="secondary", order=0, address="127.0.2.1", **pinned)
    hosts.create(site="primary", order=1, address="127.0.1.2", port=22)
    assert confirmed_hosts(account.facility) == [first]

"""RAP's and RRS's doors: names, addresses, one session, hours, algorithms."""

from typing import Any

import asyncssh
import pytest

from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import BROKEN, Client, drained
from tests.sandbox_own.conftest import REFUSED, Connect, Start
from tests.sandbox_own.keykit import RAP_ACCOUNT, RRS_ACCOUNT, at, line, pair
from tests.sandbox_own.test_login import connect_with

BOTH = pytest.mark.parametrize("one", [RAP_ACCOUNT, RRS_ACCOUNT], ids=["RAP", "RRS"])


def log_in(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], **options: Any
) -> Client:
    place = {"platform": one["platform"], "login": one["login"], "key": pair(1)}
    return connect(sandbox, **place | options)


def register(sandbox: SandboxThread, one: dict[str, Any], **more: Any) -> None:
    sandbox.register(**one | {"public_keys": [line(pair(1))]} | more)


@pytest.mark.ledger("RAP-01/S")
@pytest.mark.parametrize("login", [f"DCXYZ00{n}" for n in (1, 2, 3, 4)] + ["DC1A9004"])
def test_rap_has_four_accounts_a_cp(sandbox: SandboxThread, login: str) -> None:
    register(sandbox, RAP_ACCOUNT, login=login)
    assert sandbox.account(login)["platform"] == "RAP"


@pytest.mark.ledger("RAP-01/S")
@pytest.mark.parametrize(
    "login",
    ["DCXYZ005", "DCXYZ000", "CXYZ001", "dcxyz001", "DXYZ001", "DCXYZ1", "DCXYZZ001"],
)
def test_rap_has_no_other_names(sandbox: SandboxThread, login: str) -> None:
    with pytest.raises(SandboxError):
        register(sandbox, RAP_ACCOUNT, login=login)


@pytest.mark.ledger("RRS-01/S")
@pytest.mark.parametrize("login", ["CXYZ001", "CXYZ002"])
def test_rrs_has_two_accounts_a_cp(sandbox: SandboxThread, login: str) -> None:
    register(sandbox, RRS_ACCOUNT, login=login)
    assert sandbox.account(login)["platform"] == "RRS"


@pytest.mark.ledger("RRS-01/S")
@pytest.mark.parametrize("login", ["CXYZ003", "DCXYZ001", "cxyz001", "XYZ001"])
def test_rrs_has_no_other_names(sandbox: SandboxThread, login: str) -> None:
    with pytest.raises(SandboxError):
        register(sandbox, RRS_ACCOUNT, login=login)


@BOTH
@pytest.mark.ledger("RAP-01/S", "RRS-01/S")
def test_a_login_in_small_letters_is_refused(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any]
) -> None:
    register(sandbox, one)
    with pytest.raises(REFUSED):
        log_in(sandbox, connect, one, login=one["login"].lower())


@BOTH
def test_an_account_is_of_its_own_platform_alone(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any]
) -> None:
    register(sandbox, one)
    with pytest.raises(REFUSED):
        log_in(sandbox, connect, one, platform="ECP")
    assert sandbox.account(one["login"])["refused"] == {"platform": 1}


@BOTH
@pytest.mark.ledger("RAP-20", "RRS-11/S")
def test_an_unregistered_address_is_refused(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any]
) -> None:
    register(sandbox, one)
    with pytest.raises(REFUSED):
        log_in(sandbox, connect, one, source="127.0.0.9")
    assert sandbox.account(one["login"])["refused"] == {"address": 1}


@BOTH
@pytest.mark.ledger("RAP-20", "RRS-11/S")
def test_any_account_of_the_cp_may_use_any_of_its_addresses(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any]
) -> None:
    register(sandbox, one)
    other = one["login"].replace("001", "002")
    register(sandbox, one, login=other, remote_ips=["127.0.0.9"])
    log_in(sandbox, connect, one, source="127.0.0.9")
    log_in(sandbox, connect, one, login=other, source="127.0.0.1")


@BOTH
@pytest.mark.ledger("RAP-20", "RRS-11/S")
def test_another_cps_address_is_of_no_use(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any]
) -> None:
    register(sandbox, one)
    other = one["login"].replace("XYZ", "QRS")
    register(sandbox, one, login=other, participant="CP00099", remote_ips=["127.0.0.9"])
    with pytest.raises(REFUSED):
        log_in(sandbox, connect, one, source="127.0.0.9")


@pytest.mark.parametrize(
    ("one", "most"),
    [
        pytest.param(RAP_ACCOUNT, 4, marks=pytest.mark.ledger("RAP-09/S")),
        pytest.param(RRS_ACCOUNT, 2, marks=pytest.mark.ledger("RRS-11/S")),
    ],
    ids=["RAP", "RRS"],
)
def test_a_cp_registers_so_many_addresses_in_one_subnet(
    sandbox: SandboxThread, one: dict[str, Any], most: int
) -> None:
    addresses = [f"10.1.2.{n}" for n in range(1, most + 2)]
    register(sandbox, one, remote_ips=addresses[:most])
    with pytest.raises(SandboxError):
        sandbox.set_addresses(one["login"], addresses)
    other = one["login"].replace("001", "002")
    with pytest.raises(SandboxError):
        register(sandbox, one, login=other, remote_ips=addresses[most:])
    with pytest.raises(SandboxError):
        sandbox.set_addresses(one["login"], ["10.1.2.1", "10.1.3.2"])
    with pytest.raises(SandboxError):
        sandbox.set_addresses(one["login"], ["10.1.2.01"])
    assert sandbox.account(one["login"])["addresses"] == addresses[:most]


@pytest.mark.ledger("ECP-54/S", "ECP-56")
def test_an_accounts_addresses_are_replaced_while_the_exchange_runs(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.set_addresses("hkidr.aaa000", ["127.0.0.7"])
    with pytest.raises(REFUSED):
        connect(sandbox)
    assert connect(sandbox, source="127.0.0.7")
    with pytest.raises(SandboxError):
        sandbox.set_addresses("hkidr.aaa000", [f"10.0.0.{n}" for n in range(5)])


@pytest.mark.ledger("RAP-08/S")
def test_a_second_login_closes_the_first_session_wherever_it_comes_from(
    sandbox: SandboxThread, connect: Connect
) -> None:
    register(sandbox, RAP_ACCOUNT, remote_ips=["127.0.0.1", "127.0.0.9"])
    first = log_in(sandbox, connect, RAP_ACCOUNT)
    second = log_in(sandbox, connect, RAP_ACCOUNT, host=3, source="127.0.0.9")
    eventually(lambda: drained(first))
    assert second.sftp.listdir("/")
    shown = sandbox.account("DCXYZ001")
    assert (shown["displaced"], shown["open_sessions"]) == (1, 1)


@BOTH
@pytest.mark.ledger("RAP-03/S")
@pytest.mark.parametrize(
    "offer",
    [
        {"encryption_algs": ["aes256-cbc"]},
        {"kex_algs": ["diffie-hellman-group14-sha256"]},
        {"encryption_algs": ["aes256-ctr"], "mac_algs": ["hmac-sha1"]},
        {"server_host_key_algs": ["ssh-ed25519"]},
    ],
    ids=["cipher", "kex", "mac", "host key"],
)
def test_a_client_that_offers_nothing_of_the_list_is_refused(
    sandbox: SandboxThread, one: dict[str, Any], offer: dict[str, Any]
) -> None:
    register(sandbox, one)
    host = sandbox.hosts_of(one["platform"])[0]
    with pytest.raises((asyncssh.Error, ValueError)):
        connect_with(sandbox, pair(1), host=host, login=one["login"], **offer)


@pytest.mark.ledger("RAP-03/S")
@pytest.mark.parametrize(
    "offer",
    [
        {"kex_algs": ["ecdh-sha2-nistp384"]},
        {"encryption_algs": ["aes192-ctr"], "mac_algs": ["hmac-sha2-256"]},
        {"server_host_key_algs": ["rsa-sha2-256"]},
        {"signature_algs": ["rsa-sha2-512"]},
    ],
)
def test_what_is_on_the_list_is_taken(
    sandbox: SandboxThread, offer: dict[str, Any]
) -> None:
    register(sandbox, RAP_ACCOUNT)
    host = sandbox.hosts_of("RAP")[0]
    assert connect_with(sandbox, pair(1), host=host, login="DCXYZ001", **offer)


OLD: dict[str, Any] = {
    "server_host_key_algs": ["ssh-rsa"],
    "signature_algs": ["ssh-rsa"],
}


@pytest.mark.ledger("RRS-14/S")
def test_rrs_may_speak_sha1_only_and_back(
    sandbox: SandboxThread, connect: Connect
) -> None:
    register(sandbox, RRS_ACCOUNT)
    host = sandbox.hosts_of("RRS")[0]
    place: dict[str, Any] = {"host": host, "login": "CXYZ001"}
    with pytest.raises(asyncssh.Error):
        connect_with(sandbox, pair(1), **place, **OLD)
    sandbox.faults(sha1_only=True)
    assert connect_with(sandbox, pair(1), **place, **OLD)
    with pytest.raises(BROKEN):
        log_in(sandbox, connect, RRS_ACCOUNT)
    half: dict[str, Any] = {
        "server_host_key_algs": ["ssh-rsa"],
        "signature_algs": ["rsa-sha2-256"],
    }
    with pytest.raises(asyncssh.Error):
        connect_with(sandbox, pair(1), **place, **half)
    sandbox.reset_faults()
    assert log_in(sandbox, connect, RRS_ACCOUNT)


def test_sha1_only_is_of_rrs_alone(sandbox: SandboxThread, connect: Connect) -> None:
    sandbox.faults(sha1_only=True)
    register(sandbox, RAP_ACCOUNT)
    assert connect(sandbox)
    assert log_in(sandbox, connect, RAP_ACCOUNT)


OPEN = [  # 1 March 2024 is a Friday
    ("2024-03-01 06:59", "", "", ""),
    ("2024-03-01 07:00", "DCASS", "", "RRS"),
    ("2024-03-01 07:15", "DCASS", "CCMS", "RRS"),
    ("2024-03-01 23:59", "DCASS", "CCMS", "RRS"),
    ("2024-03-02 03:29", "DCASS", "", "RRS"),
    ("2024-03-02 03:30", "", "", ""),
    ("2024-03-02 07:15", "", "CCMS", ""),
    ("2024-03-02 13:00", "", "", ""),
    ("2024-03-03 12:00", "", "", ""),
    ("2024-03-04 03:00", "", "", ""),
    ("2024-03-05 12:00", "", "", ""),
    ("2024-03-06 03:00", "", "", ""),
]


@pytest.fixture
def keeping_hours(start: Start) -> SandboxThread:
    """Service hours are imposed; Tuesday, 5 March 2024 is a holiday."""
    sandbox = start(always_open=False, holidays=["2024-03-05"])
    at(sandbox, "2024-03-01 12:00")
    register(sandbox, RAP_ACCOUNT, subscriptions=["DCASS"])
    register(sandbox, RAP_ACCOUNT, login="DCXYZ002", subscriptions=["CCMS"])
    register(sandbox, RRS_ACCOUNT)
    return sandbox


@pytest.mark.parametrize(("moment", "dcass", "ccms", "rrs"), OPEN)
def test_outside_its_service_hours_an_account_is_refused(
    keeping_hours: SandboxThread, moment: str, dcass: str, ccms: str, rrs: str
) -> None:
    at(keeping_hours, moment)
    exchange = keeping_hours.exchange
    seen = [
        exchange.is_open(exchange.accounts.get(login))
        for login in ("DCXYZ001", "DCXYZ002", "CXYZ001", "hkidr.aaa000")
    ]
    assert seen == [bool(dcass), bool(ccms), bool(rrs), True]


def test_the_door_keeps_the_hours(
    keeping_hours: SandboxThread, connect: Connect
) -> None:
    assert log_in(keeping_hours, connect, RAP_ACCOUNT)
    at(keeping_hours, "2024-03-01 05:00")
    with pytest.raises(REFUSED):
        log_in(keeping_hours, connect, RAP_ACCOUNT)
    assert keeping_hours.account("DCXYZ001")["refused"] == {"hours": 1}


def test_the_sandbox_is_always_open_until_a_switch_imposes_the_hours(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, "2024-03-03 05:00")
    register(sandbox, RAP_ACCOUNT)
    assert log_in(sandbox, connect, RAP_ACCOUNT)
    sandbox.faults(service_hours=True)
    with pytest.raises(REFUSED):
        log_in(sandbox, connect, RAP_ACCOUNT)


def test_a_site_of_one_platform_may_be_down_alone(
    sandbox: SandboxThread, connect: Connect
) -> None:
    register(sandbox, RAP_ACCOUNT)
    sandbox.faults(site_down={"site": "primary", "platform": "RAP"})
    with pytest.raises(ConnectionRefusedError):
        log_in(sandbox, connect, RAP_ACCOUNT)
    assert connect(sandbox)
    assert log_in(sandbox, connect, RAP_ACCOUNT, host=2)

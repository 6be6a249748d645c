"""Each switch does what its name says, as often as it was told, to whom it was told."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from paramiko import RSAKey

from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import BROKEN, Client, drained
from tests.sandbox_own.conftest import ALICE, Connect, line, mapping

FOLDER = "/submission/HBCNMAPP"


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest().upper()


def results(client: Client, number: int = 1) -> list[str]:
    """The contents of the result files once there are that many."""
    names = eventually(lambda: len(n := client.sftp.listdir(FOLDER)) == number and n)
    return [client.read(f"{FOLDER}/{name}") for name in sorted(names)]


def can_log_in(sandbox: SandboxThread, connect: Connect, host: int) -> bool:
    try:
        return bool(connect(sandbox, host).sftp.listdir("/"))
    except BROKEN:
        return False


def test_a_site_that_is_down_drops_its_sessions_and_refuses_new_ones(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(site_down="primary")
    eventually(lambda: drained(client))
    with pytest.raises(ConnectionRefusedError):
        connect(sandbox, 0)
    with pytest.raises(ConnectionRefusedError):
        connect(sandbox, 1)
    assert can_log_in(sandbox, connect, 2)
    sandbox.reset_faults()
    assert can_log_in(sandbox, connect, 0)


@pytest.mark.ledger("ECP-72/S")
def test_the_secondary_site_may_stand_by_until_the_primary_fails(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.faults(standby=True)
    assert [can_log_in(sandbox, connect, host) for host in (0, 2, 3)] == [
        True,
        False,
        False,
    ]
    sandbox.faults(site_down={"site": "primary", "platform": "RAP"})
    assert not can_log_in(sandbox, connect, 2)
    sandbox.faults(site_down="primary")
    assert [can_log_in(sandbox, connect, host) for host in (0, 2, 3)] == [
        False,
        True,
        True,
    ]
    sandbox.faults(site_down=None)
    assert not can_log_in(sandbox, connect, 2)


def test_a_site_may_close_connections_at_once_so_many_times(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.faults(site_down={"site": "primary", "how": "closed", "times": 2})
    assert [can_log_in(sandbox, connect, 0) for _ in range(3)] == [False, False, True]


def test_an_upload_is_cut_after_so_many_bytes(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(cut_after_bytes=100_000)
    opened = client.begin(mapping(sandbox))
    client.write(opened, 0, bytes(99_999))
    with pytest.raises(BROKEN):
        client.write(opened, 99_999, b"x")
    assert sandbox.receptions() == []


def test_a_cut_upload_may_count_as_received(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(cut_after_bytes=10, partial_counts=True)
    with pytest.raises(BROKEN):
        client.upload(mapping(sandbox), a_zip())
    (reception,) = eventually(sandbox.receptions)
    assert reception["cut_short"]
    (text,) = results(connect(sandbox))
    assert text.startswith("9014 ")


def test_a_file_cut_before_close_is_answered_was_received(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    content = a_zip()
    sandbox.faults(cut_after_close=True)
    with pytest.raises(BROKEN):
        client.upload(mapping(sandbox), content)
    (reception,) = sandbox.receptions()
    assert reception["sha256"] == checksum(content)
    assert results(connect(sandbox)) == [f"{checksum(content)}\r\n"]


def test_the_nth_write_fails_and_only_it(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(fail_write=2)
    opened = client.begin(mapping(sandbox))
    client.write(opened, 0, b"one")
    with pytest.raises(OSError, match="WRITE failed"):
        client.write(opened, 3, b"two")
    client.write(opened, 6, b"three")
    client.end(opened)
    assert sandbox.receptions() == []


def test_a_file_with_a_failed_write_may_count_as_received(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(fail_write={"n": 1, "counts": True})
    opened = client.begin(mapping(sandbox))
    with pytest.raises(OSError, match="WRITE failed"):
        client.write(opened, 0, b"one")
    client.end(opened)
    assert len(sandbox.receptions()) == 1


def test_open_is_refused_so_many_times(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(refuse_open={"times": 1})
    with pytest.raises(PermissionError):
        client.begin(mapping(sandbox))
    client.upload(mapping(sandbox), a_zip())


@pytest.mark.parametrize(("counts", "receptions"), [(True, 1), (False, 0)])
def test_close_fails_and_the_file_counts_or_not(
    sandbox: SandboxThread, client: Client, counts: bool, receptions: int
) -> None:
    sandbox.faults(fail_close={"counts": counts})
    with pytest.raises(OSError, match="CLOSE failed"):
        client.upload(mapping(sandbox), a_zip())
    assert len(sandbox.receptions()) == receptions


def test_an_upload_stalls_until_the_faults_are_reset(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(stall_after_bytes=10)
    with ThreadPoolExecutor() as threads:
        upload = threads.submit(client.upload, mapping(sandbox), a_zip())
        with pytest.raises(TimeoutError):
            upload.result(0.3)
        sandbox.reset_faults()
        upload.result(5)
    assert len(sandbox.receptions()) == 1


def test_a_stalled_upload_ends_with_its_connection(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(stall_after_bytes={"bytes": 10, "times": 1})
    with ThreadPoolExecutor() as threads:
        upload = threads.submit(client.upload, mapping(sandbox), a_zip())
        eventually(lambda: not sandbox.exchange.faults.view())
        connect(sandbox)
        with pytest.raises(BROKEN):
            upload.result(5)
    eventually(lambda: not list(sandbox.exchange.incoming.iterdir()))


def test_a_slow_exchange_takes_its_time(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(slow=100_000)
    began = time.monotonic()
    client.upload(mapping(sandbox), bytes(40_000))
    assert time.monotonic() - began > 0.35


def test_a_login_is_refused_so_many_times(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.faults(refuse_login={"times": 1})
    assert [can_log_in(sandbox, connect, 0) for _ in range(2)] == [False, True]


def test_a_fault_may_be_for_one_login(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(other_key)])
    sandbox.faults(refuse_open={"login": "hkidr.aaa001"})
    connect(sandbox).begin(mapping(sandbox))
    with pytest.raises(PermissionError):
        connect(sandbox, login="hkidr.aaa001", key=other_key).begin(mapping(sandbox))


def test_a_fault_may_be_for_one_host(sandbox: SandboxThread, connect: Connect) -> None:
    sandbox.faults(refuse_open={"host": "ecp-p2"})
    connect(sandbox, 0).begin(mapping(sandbox))
    with pytest.raises(PermissionError):
        connect(sandbox, 1).begin(mapping(sandbox))


@pytest.mark.parametrize(
    "wanted",
    [
        {"earthquake": True},
        {"site_down": "tertiary"},
        {"cut_after_bytes": -1},
        {"cut_after_bytes": "many"},
        {"fail_write": {"times": 1}},
        {"result": {"kind": "late", "colour": "red"}},
        {"result_bytes": "not base64!"},
        {"refuse_open": {"times": 0}},
    ],
)
def test_a_malformed_fault_is_refused_and_changes_nothing(
    sandbox: SandboxThread, wanted: dict[str, object]
) -> None:
    with pytest.raises(SandboxError):
        sandbox.faults(refuse_login=True, **wanted)
    assert sandbox.exchange.faults.view() == {}

"""What goes wrong with listings and downloads, each on request, in its own way."""

import time
from typing import Any

import paramiko
import pytest

from sandbox import generated
from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import BROKEN, FXF_READ, Client, drained
from tests.sandbox_own.conftest import Connect

BOX = "/download/HBCNMAPP"
PATH, OTHER = f"{BOX}/HBCNMPRP_1.zip", f"{BOX}/HBCNMPRP_2.zip"
SIZE = 100_000


@pytest.fixture
def published(sandbox: SandboxThread, client: Client) -> Client:
    """Two files of 100 kB, each its own seed."""
    for path in (PATH, OTHER):
        name = path.rpartition("/")[2]
        sandbox.publish("CP00010", "HBCNMAPP", name, size=SIZE)
    return client


def counted(sandbox: SandboxThread) -> dict[str, Any]:
    told: dict[str, Any] = sandbox.counters()["accounts"]["hkidr.aaa000"]
    return told


def whole(client: Client, path: str = PATH) -> bytes:
    with client.sftp.open(path) as source:
        return source.read()


def readable(client: Client, path: str = OTHER) -> bool:
    return whole(client, path) == generated.piece(path.rpartition("/")[2], 0, SIZE)


def test_one_file_is_denied_and_its_neighbour_is_not(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(deny_read={"name": "*_1.zip"})
    with pytest.raises(PermissionError):
        whole(published)
    assert readable(published)
    assert PATH.rpartition("/")[2] in published.sftp.listdir(BOX)


def test_a_file_vanishes_between_listing_and_open(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(vanish_on_open={"name": "*_1.zip", "times": 1})
    assert len(published.sftp.listdir(BOX)) == 2
    with pytest.raises(FileNotFoundError):
        whole(published)
    assert published.sftp.listdir(BOX) == ["HBCNMPRP_2.zip"]
    assert readable(published)


@pytest.mark.parametrize("after", [0, 1, 40_000])
def test_a_file_vanishes_while_it_is_read(
    sandbox: SandboxThread, published: Client, after: int
) -> None:
    wanted = {"bytes": after, "name": "*_1.zip", "times": 1}
    sandbox.faults(vanish_while_read=wanted)
    with published.sftp.open(PATH) as source:
        for _ in range(2):
            with pytest.raises(OSError, match="No such file"):
                source.read()
    assert published.sftp.listdir(BOX) == ["HBCNMPRP_2.zip"]
    assert readable(published)


@pytest.mark.parametrize("given", [True, False])
def test_a_file_grows_while_it_is_read(
    sandbox: SandboxThread, client: Client, given: bool
) -> None:
    content: dict[str, Any] = {"content": b"x" * 10} if given else {"size": 10}
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", **content)
    sandbox.faults(grow_while_read={"bytes": 70_000, "times": 1})
    (before,) = client.sftp.listdir_attr(BOX)
    read = whole(client)
    (after,) = client.sftp.listdir_attr(BOX)
    assert (before.st_size, after.st_size) == (10, 70_010)
    assert len(read) in (10, 70_010)
    assert whole(client)[:10] == read[:10]
    assert len(whole(client)) == 70_010


def test_a_grown_file_is_told_with_its_new_checksum(
    sandbox: SandboxThread, published: Client
) -> None:
    before = sandbox.distributed()[0]
    sandbox.faults(grow_while_read={"bytes": 5, "times": 1})
    whole(published)
    after = sandbox.distributed()[0]
    assert (after["size"], after["sha256"]) == (
        SIZE + 5,
        generated.sha256("HBCNMPRP_1.zip", SIZE + 5),
    )
    assert before["sha256"] != after["sha256"]


@pytest.mark.parametrize("after", [0, 1, 32_768, 50_001])
def test_a_download_is_cut_after_so_many_bytes(
    sandbox: SandboxThread, published: Client, connect: Connect, after: int
) -> None:
    sandbox.faults(cut_read_after_bytes={"bytes": after, "times": 1})
    with pytest.raises(BROKEN):
        whole(published)
    assert readable(connect(sandbox), PATH)


def test_a_download_stalls_until_the_switches_are_reset(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(stall_read_after_bytes={"bytes": 50_000, "times": 1})
    channel = published.sftp.get_channel()
    assert channel is not None
    channel.settimeout(0.3)
    with published.sftp.open(PATH) as source:
        with pytest.raises(TimeoutError):
            source.read()
        sandbox.reset_faults()
        channel.settimeout(5)
        source.seek(0)
        assert len(source.read()) == SIZE


def test_another_login_takes_over_during_a_download(
    sandbox: SandboxThread, published: Client, connect: Connect
) -> None:
    sandbox.faults(kick_while_reading={"bytes": 40_000, "times": 1})
    with pytest.raises(BROKEN):
        whole(published)
    assert eventually(lambda: drained(published))
    eventually(lambda: counted(sandbox)["downloads"][0]["partial"] == 1)
    assert counted(sandbox)["displaced"] == 0
    assert readable(connect(sandbox))


def test_a_real_second_login_ends_the_session_that_reads(
    sandbox: SandboxThread, published: Client, connect: Connect
) -> None:
    source = published.sftp.open(PATH)
    source.read(10)
    connect(sandbox)
    with pytest.raises(BROKEN):
        source.read()


def test_the_nth_read_fails_and_the_next_does_not(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(fail_read={"n": 2, "times": 1})
    with published.sftp.open(PATH) as source:
        assert len(source.read(1000)) == 1000
        with pytest.raises(OSError, match="on request"):
            source.read(SIZE)
    assert readable(published)


def test_reads_are_short(sandbox: SandboxThread, published: Client) -> None:
    sandbox.faults(short_reads=1_000)
    opened = published.begin(PATH, FXF_READ)
    kind, answer = published._request(
        paramiko.sftp.CMD_READ, opened, paramiko.sftp.int64(0), 32_768
    )
    assert (kind, len(answer.get_string())) == (paramiko.sftp.CMD_DATA, 1_000)
    assert readable(published, PATH)


def test_downloads_are_slow(sandbox: SandboxThread, published: Client) -> None:
    sandbox.faults(slow_reads=500_000)
    began = time.monotonic()
    assert readable(published)
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("kind", "look"),
    [
        ("no_size", lambda one: one.st_size is None),
        ("no_dates", lambda one: one.st_mtime is None),
        ("no_attributes", lambda one: one.st_mode is one.st_size is None),
        ("absurd_dates", lambda one: one.st_mtime in (0, 2**32 - 1)),
        ("absurd_sizes", lambda one: one.st_size >= 2**63),
        ("wrong_types", lambda one: one.st_mode in (0o120000, 0o40000)),
    ],
)
def test_a_listing_lacks_or_distorts(
    sandbox: SandboxThread, published: Client, kind: str, look: Any
) -> None:
    sandbox.faults(listing={"kind": kind, "times": 1})
    spoilt = published.sftp.listdir_attr(BOX)
    assert len(spoilt) == 2
    assert all(look(one) for one in spoilt)
    assert [one.st_size for one in published.sftp.listdir_attr(BOX)] == [SIZE, SIZE]


def test_a_listing_names_each_file_twice(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(listing="twice")
    assert len(published.sftp.listdir(BOX)) == 4


def test_a_listing_holds_names_that_are_none(
    sandbox: SandboxThread, published: Client
) -> None:
    sandbox.faults(listing="bad_names")
    names = raw_names(published)
    assert {b"..", b"", b"a/b.csv", b"nul\x00.csv", b"HBCNMPRP_1.zip"} < names
    assert any(len(name) > 300 for name in names)


def raw_names(client: Client) -> set[bytes]:
    """One answer to READDIR, undecoded."""
    _, answer = client._request(paramiko.sftp.CMD_OPENDIR, BOX.encode())
    handle = answer.get_binary()
    _, answer = client._request(paramiko.sftp.CMD_READDIR, handle)
    found = set()
    for _ in range(answer.get_int()):
        found.add(answer.get_binary())
        answer.get_binary()
        getattr(paramiko.SFTPAttributes, "_from_msg")(answer)  # noqa: B009 (untyped)
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        {"listing": "nonsense"},
        {"deny_read": {"name": 3}},
        {"short_reads": -1},
        {"refuse_login": {"name": "x"}},
    ],
)
def test_a_malformed_switch_is_refused(
    sandbox: SandboxThread, wanted: dict[str, Any]
) -> None:
    with pytest.raises(SandboxError):
        sandbox.faults(**wanted)

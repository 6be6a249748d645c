"""Files distributed on command: one or many, given or generated, all or none."""

import base64
import hashlib
from typing import Any

import pytest

from sandbox import generated
from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import Connect
from tests.sandbox_own.keykit import RAP_ACCOUNT, at, line, pair
from tests.sandbox_own.test_control import Caller

FILE = {"participant": "CP00010", "folder": "HBCNMAPP"}
BOX = "/download/HBCNMAPP"
MANY = 10_000


@pytest.fixture
def caller(sandbox: SandboxThread) -> Caller:
    return Caller(sandbox)


def recomputed(seed: str, size: int) -> bytes:
    """The documented formula, written down a second time."""
    tail = hashlib.shake_128(seed.encode()).digest(65_528)
    blocks = -(-size // 65_536)
    return b"".join(n.to_bytes(8, "big") + tail for n in range(blocks))[:size]


def test_many_files_are_published_in_one_call(caller: Caller, client: Client) -> None:
    files = [
        FILE | {"name": "a.txt", "content": base64.b64encode(b"a").decode()},
        FILE | {"name": "b.txt", "text": "bé"},
        FILE | {"name": "c.bin", "size": 70_000, "seed": "other"},
    ]
    status, answer = caller.call("POST", "/control/publish", {"files": files})
    contents = [b"a", "bé".encode(), recomputed("other", 70_000)]
    assert status == 200
    assert [one["sha256"] for one in answer["files"]] == [
        hashlib.sha256(content).hexdigest() for content in contents
    ]
    for one, content in zip(answer["files"], contents, strict=True):
        with client.sftp.open(one["path"]) as source:
            assert source.read() == content


def test_one_that_is_refused_leaves_none(caller: Caller, client: Client) -> None:
    bad = FILE | {"name": "../b", "text": ""}
    wanted = {"files": [FILE | {"name": "a", "text": "a"}, bad]}
    assert caller.call("POST", "/control/publish", wanted)[0] == 400
    assert client.sftp.listdir(BOX) == []


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": "a", "size": 1},
        {"size": -1},
        {"size": True},
        {"size": "1"},
        {"text": "a", "colour": "red"},
        {"content": "#"},
        {"text": "a", "placed_at": "yesterday"},
    ],
)
def test_a_malformed_file_is_refused(caller: Caller, more: dict[str, Any]) -> None:
    wanted = FILE | {"name": "a"} | more
    assert caller.call("POST", "/control/publish", wanted)[0] == 400


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 0), (0, 1), (65_535, 2), (65_536, 65_536), (100, 200_000), (299_999, 9)],
)
def test_any_range_of_generated_content_is_read(offset: int, length: int) -> None:
    whole = recomputed("seed", 400_000)
    assert generated.piece("seed", offset, length) == whole[offset : offset + length]


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_generated_content_has_the_sha256_of_the_formula(size: int) -> None:
    expected = hashlib.sha256(recomputed("seed", size)).hexdigest()
    assert generated.sha256("seed", size) == expected


@pytest.mark.parametrize("size", [0, 65_536, 65_537, 300_000])
def test_a_given_file_is_read_back_to_the_byte(
    sandbox: SandboxThread, client: Client, size: int
) -> None:
    content = recomputed("given", size)
    sandbox.publish("CP00010", "HBCNMAPP", "a.bin", content)
    with client.sftp.open(f"{BOX}/a.bin") as source:
        assert source.read() == content
        source.seek(size // 2)
        assert source.read() == content[size // 2 :]


def test_a_huge_file_is_listed_at_once_and_read_anywhere(
    sandbox: SandboxThread, client: Client
) -> None:
    size = 200_000_000
    sandbox.publish("CP00010", "HBCNMAPP", "huge.bin", size=size)
    assert client.sftp.stat(f"{BOX}/huge.bin").st_size == size
    with client.sftp.open(f"{BOX}/huge.bin") as source:
        source.seek(size - 10)
        assert source.read(100) == generated.piece("huge.bin", size - 10, 10)


def test_a_file_is_dated_as_one_likes(sandbox: SandboxThread, client: Client) -> None:
    today = sandbox.exchange.clock.today().isoformat()
    sandbox.publish("CP00010", "HBCNMAPP", "a", b"a", placed_at=f"{today}T08:30:00")
    (entry,) = client.sftp.listdir_attr(BOX)
    assert f"{entry.st_mtime}".isdigit()
    assert (entry.st_mtime or 0) % 86_400 == 30 * 60


def test_a_file_that_is_replaced_is_read_on_by_who_has_it_open(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.publish("CP00010", "HBCNMAPP", "a", b"first")
    with client.sftp.open(f"{BOX}/a") as source:
        assert source.read(1) == b"f"
        sandbox.publish("CP00010", "HBCNMAPP", "a", b"second")
        assert source.read() == b"irst"
    assert client.read(f"{BOX}/a") == "second"


def test_everything_distributed_is_told_with_what_became_of_it(
    sandbox: SandboxThread, caller: Caller
) -> None:
    at(sandbox, "2026-03-02 12:00:00")
    sandbox.publish("CP00010", "HBCNRFPR", "HBCNATRP_1", b"first")
    sandbox.publish("CP00010", "HBCNRFPR", "HBCNATRP_1", b"second")
    sandbox.publish("*", "COMMON", "RX", platform="RRS", size=3)
    _, answer = caller.call("GET", "/control/distributed")
    seen = [
        (one["platform"], one["participant"], one["path"], one["last_day"], one["gone"])
        for one in answer["files"]
    ]
    assert seen == [
        ("ECP", "CP00010", "/download/HBCNRFPR/HBCNATRP_1", "2026-03-09", True),
        ("ECP", "CP00010", "/download/HBCNRFPR/HBCNATRP_1", "2026-03-09", False),
        ("RRS", "*", "/COMMON/RX", "2026-03-12", False),
    ]
    expected = hashlib.sha256(recomputed("RX", 3)).hexdigest()
    assert answer["files"][-1]["sha256"] == expected


ODD = [
    "../x",
    "a/b",
    "/etc/passwd",
    "nul\x00.csv",
    "line\nbreak\x1b[31m.csv",
    "x" * 300,
    "",
]


@pytest.mark.parametrize("name", ODD)
def test_a_name_that_is_none_is_listed_only_when_asked_for(
    sandbox: SandboxThread, connect: Connect, name: str
) -> None:
    place = ("CP00010", "DCASS", name)
    listed = sandbox.publish(*place, b"x", "RAP", any_name=True)
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    client = connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(1))
    assert client.sftp.listdir("/download/DCASS") == [name]
    assert listed["name"] == name


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc/passwd", "..", ""])
def test_a_name_that_is_a_path_is_refused_otherwise(
    sandbox: SandboxThread, name: str
) -> None:
    with pytest.raises(SandboxError):
        sandbox.publish("CP00010", "DCASS", name, b"x", "RAP")


def test_names_that_differ_by_case_are_two_files(
    sandbox: SandboxThread, client: Client
) -> None:
    for name in ("HBCNMPRP_a", "HBCNMPRP_A"):
        sandbox.publish("CP00010", "HBCNMAPP", name, name.encode())
    for name in ("HBCNMPRP_a", "HBCNMPRP_A"):
        assert client.read(f"{BOX}/{name}") == name


def test_ten_thousand_files_are_published_and_listed(
    sandbox: SandboxThread, client: Client
) -> None:
    names = [f"HBCNMPRP_{n:05}" for n in range(MANY)]
    sandbox.publish_many([FILE | {"name": name, "size": 1} for name in names])
    assert client.sftp.listdir(BOX) == names
    assert client.sftp.stat(f"{BOX}/{names[-1]}").st_size == 1

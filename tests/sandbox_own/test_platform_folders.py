"""What an account of RAP or RRS finds, whose it is, how long; and all it may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import FXF_APPEND, FXF_CREAT, FXF_READ, FXF_WRITE, Client
from tests.sandbox_own.conftest import Connect
from tests.sandbox_own.keykit import (
    RAP_ACCOUNT,
    RAP_KEYS,
    RRS_ACCOUNT,
    RRS_KEYS,
    at,
    line,
    pair,
    results,
    ssh2,
)

BOTH = pytest.mark.parametrize(
    ("one", "folder"),
    [(RAP_ACCOUNT, RAP_KEYS), (RRS_ACCOUNT, RRS_KEYS)],
    ids=["RAP", "RRS"],
)
CCMS = "HKCC_SEOCH_CCMS_GLOB"


def enter(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], **more: Any
) -> Client:
    """Register the account and log in."""
    whole = one | more
    sandbox.register(**whole, public_keys=[line(pair(1))])
    return connect(sandbox, platform=one["platform"], login=whole["login"], key=pair(1))


@pytest.mark.ledger("RAP-04/S")
@pytest.mark.parametrize(
    ("subscriptions", "expected"),
    [
        (["DCASS"], ["DCASS", "DCASS_OTHERS"]),
        (["CCMS"], [CCMS]),
        (["DCASS", "CCMS"], ["DCASS", "DCASS_OTHERS", CCMS]),
    ],
)
def test_rap_shows_the_folders_of_the_subscription(
    sandbox: SandboxThread,
    connect: Connect,
    subscriptions: list[str],
    expected: list[str],
) -> None:
    client = enter(sandbox, connect, RAP_ACCOUNT, subscriptions=subscriptions)
    boxes = ["download", "key_management", "submission"]
    assert sorted(client.sftp.listdir("/")) == boxes
    assert client.sftp.listdir("/download") == expected
    assert client.sftp.listdir("/key_management") == ["publickey"]
    assert client.sftp.listdir("/submission") == []


@pytest.mark.ledger("RRS-04/S")
def test_rrs_shows_common_its_own_folder_and_key_management(
    sandbox: SandboxThread, connect: Connect
) -> None:
    client = enter(sandbox, connect, RRS_ACCOUNT)
    assert client.sftp.listdir("/") == ["COMMON", "CXYZ", "KEY_MANAGEMENT"]


@pytest.mark.ledger("RRS-04/S")
def test_both_accounts_of_a_cp_see_the_same_and_no_other_cp_does(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.publish("CP00010", "CXYZ", "TP001.csv", b"ours", "RRS")
    sandbox.publish("*", "COMMON", "RPI03.csv", b"everyone's", "RRS")
    other = {"login": "CQRS001", "participant": "CP00099"}
    first = enter(sandbox, connect, RRS_ACCOUNT)
    second = enter(sandbox, connect, RRS_ACCOUNT, login="CXYZ002")
    stranger = enter(sandbox, connect, RRS_ACCOUNT, **other)
    for client in (first, second):
        assert client.read("/CXYZ/TP001.csv") == "ours"
    assert stranger.sftp.listdir("/CQRS") == []
    assert stranger.read("/COMMON/RPI03.csv") == "everyone's"
    with pytest.raises(FileNotFoundError):
        stranger.sftp.listdir("/CXYZ")


@pytest.mark.ledger("RAP-22")
def test_raps_reports_lie_in_their_folders_for_the_cp_or_for_all(
    sandbox: SandboxThread, connect: Connect
) -> None:
    for folder, name in (("DCASS", "TP001"), ("DCASS_OTHERS", "RX_AUDIT")):
        sandbox.publish("CP00010", folder, name, b"ours", "RAP")
    sandbox.publish("CP00010", CCMS, "OURS", b"ours", "RAP")
    sandbox.publish("*", CCMS, "COMMON", b"everyone's", "RAP")
    client = enter(sandbox, connect, RAP_ACCOUNT)
    other = {"login": "DCQRS001", "participant": "CP00099"}
    stranger = enter(sandbox, connect, RAP_ACCOUNT, **other)
    folders = ("DCASS", "DCASS_OTHERS", CCMS)
    seen = [sorted(client.sftp.listdir(f"/download/{name}")) for name in folders]
    assert seen == [["TP001"], ["RX_AUDIT"], ["COMMON", "OURS"]]
    theirs = [stranger.sftp.listdir(f"/download/{name}") for name in folders]
    assert theirs == [[], [], ["COMMON"]]


@pytest.mark.parametrize(
    "place",
    [
        ("CP00010", "HBCNMAPP", "x", "RAP"),
        ("*", "DCASS", "x", "RAP"),
        ("CP00010", "DCASS", "../x", "RAP"),
        ("CP00010", "cxyz", "x", "RRS"),
        ("*", "CXYZ", "x", "RRS"),
        ("*", "HBCNMAPP", "x", "ECP"),
        ("CP00010", "DCASS", "x", "ECP"),
        ("CP00010", "DCASS", "x", "OTHER"),
    ],
)
def test_nothing_is_published_where_it_does_not_belong(
    sandbox: SandboxThread, place: tuple[str, str, str, str]
) -> None:
    participant, folder, name, platform = place
    with pytest.raises(SandboxError):
        sandbox.publish(participant, folder, name, b"", platform)


@pytest.mark.parametrize(
    ("one", "folder", "path"),
    [
        pytest.param(
            RAP_ACCOUNT,
            "DCASS",
            "/download/DCASS",
            marks=pytest.mark.ledger("RAP-06/S"),
        ),
        pytest.param(
            RRS_ACCOUNT, "CXYZ", "/CXYZ", marks=pytest.mark.ledger("RRS-15/S")
        ),
    ],
    ids=["RAP", "RRS"],
)
def test_reports_stay_ten_calendar_days(
    sandbox: SandboxThread,
    connect: Connect,
    one: dict[str, Any],
    folder: str,
    path: str,
) -> None:
    generated = at(sandbox, "2024-03-01 08:00")
    sandbox.publish("CP00010", folder, "TP001", b"x", one["platform"])
    client = enter(sandbox, connect, one)
    seen = []
    for days in (0, 10, 11):
        at(sandbox, f"{generated + timedelta(days=days):%Y-%m-%d} 00:01")
        seen.append(client.sftp.listdir(path))
    assert seen == [["TP001"], ["TP001"], []]


Act = Callable[[Client, str, str], object]


def append(client: Client, folder: str, name: str) -> object:
    return client.begin(f"{folder}/{name}", FXF_WRITE | FXF_APPEND)


def resume(client: Client, folder: str, name: str) -> object:
    return client.begin(f"{folder}/other.pub", FXF_READ | FXF_WRITE | FXF_CREAT)


def begin_partial(client: Client, folder: str, name: str) -> object:
    return client.begin(f"{folder}/other.pub.filepart")


@BOTH
@pytest.mark.ledger("RAP-16/S", "RRS-13/S")
@pytest.mark.parametrize("act", [append, resume, begin_partial])
def test_endurance_uploads_get_permission_denied(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], folder: str, act: Act
) -> None:
    client = enter(sandbox, connect, one)
    with pytest.raises(PermissionError):
        act(client, folder, "a.pub")
    assert sandbox.account(one["login"])["key_uploads"] == []


@BOTH
@pytest.mark.ledger("RAP-18/S", "RRS-13/S")
def test_in_the_key_folder_nothing_is_changed_or_deleted(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], folder: str
) -> None:
    client = enter(sandbox, connect, one)
    client.upload(f"{folder}/a.pub", ssh2(pair(2)))
    (name,) = eventually(lambda: results(client, folder))
    path = f"{folder}/{name}"
    refused: list[Callable[[], object]] = [
        lambda: client.sftp.remove(path),
        lambda: client.sftp.rename(path, f"{folder}/b"),
        lambda: client.sftp.posix_rename(path, f"{folder}/b"),
        lambda: client.sftp.mkdir(f"{folder}/new"),
        lambda: client.sftp.rmdir(folder),
        lambda: client.sftp.truncate(path, 0),
        lambda: client.sftp.chmod(path, 0o600),
        lambda: client.begin(path),
    ]
    for act in refused:
        with pytest.raises(OSError, match=r"denied|may not|supported"):
            act()
    assert name in results(client, folder)


@pytest.mark.ledger("RAP-18/S", "RRS-13/S")
@pytest.mark.parametrize(
    ("one", "folder"),
    [
        (RAP_ACCOUNT, "/submission"),
        (RAP_ACCOUNT, "/download/DCASS"),
        (RAP_ACCOUNT, "/key_management"),
        (RRS_ACCOUNT, "/COMMON"),
        (RRS_ACCOUNT, "/CXYZ"),
        (RRS_ACCOUNT, "/"),
    ],
)
def test_keys_are_put_into_the_key_folder_alone(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], folder: str
) -> None:
    client = enter(sandbox, connect, one)
    with pytest.raises(PermissionError):
        client.begin(f"{folder}/a.pub")

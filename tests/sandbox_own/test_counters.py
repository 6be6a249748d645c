"""What is counted, so that a test can say: each once, never two, never too late."""

from typing import Any

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import FXF_READ, Client
from tests.sandbox_own.conftest import ALICE, REFUSED, Connect
from tests.sandbox_own.keykit import RAP_ACCOUNT, RRS_ACCOUNT, at, line, pair
from tests.sandbox_own.test_control import Caller

PATH = "/download/HBCNMAPP/HBCNMPRP_1.zip"
BUSY_DAY, SUNDAY = "2026-03-02", "2026-03-01"
CCMS = "HKCC_SEOCH_CCMS_GLOB"


def of(sandbox: SandboxThread, login: str = "hkidr.aaa000") -> dict[str, Any]:
    one: dict[str, Any] = sandbox.counters()["accounts"][login]
    return one


def reads(sandbox: SandboxThread) -> list[tuple[int, int, int]]:
    """Opens, whole and partial reads of each version that alice has opened."""
    return [
        (one["opens"], one["whole"], one["partial"]) for one in of(sandbox)["downloads"]
    ]


@pytest.fixture
def published(sandbox: SandboxThread, client: Client) -> Client:
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", size=100_000)
    return client


def test_counters_are_told_by_account_and_participant(
    sandbox: SandboxThread, published: Client
) -> None:
    with published.sftp.open(PATH) as source:
        source.read()
    status, answer = Caller(sandbox).call("GET", "/control/counters")
    (fetched,) = answer["participants"]["CP00010"]["downloads"]
    assert status == 200
    assert (fetched["platform"], fetched["path"], fetched["whole"]) == ("ECP", PATH, 1)
    assert answer["accounts"]["hkidr.aaa000"]["logins"] == 1


def test_a_file_read_to_its_end_is_whole_once(
    sandbox: SandboxThread, published: Client
) -> None:
    with published.sftp.open(PATH) as source:
        source.read()
        source.seek(0)
        source.read()
    assert reads(sandbox) == [(1, 1, 0)]


def test_ranges_out_of_order_make_a_whole(
    sandbox: SandboxThread, published: Client
) -> None:
    with published.sftp.open(PATH) as source:
        source.seek(50_000)
        source.read()
        assert reads(sandbox)[0][2] == 0
        source.seek(0)
        source.read(50_000)
    assert reads(sandbox) == [(1, 1, 0)]


def test_a_file_closed_before_its_end_is_partial(
    sandbox: SandboxThread, published: Client
) -> None:
    with published.sftp.open(PATH) as source:
        source.read(99_999)
    assert reads(sandbox) == [(1, 0, 1)]


def test_a_file_with_a_hole_is_partial(
    sandbox: SandboxThread, published: Client
) -> None:
    with published.sftp.open(PATH) as source:
        source.read(10)
        source.seek(50_000)
        source.read()
    assert reads(sandbox) == [(1, 0, 1)]


def test_a_file_open_when_the_line_breaks_is_partial(
    sandbox: SandboxThread, published: Client
) -> None:
    published.begin(PATH, FXF_READ)
    published.transport.close()
    assert eventually(lambda: reads(sandbox)[0][2] == 1)


def test_an_empty_file_is_whole_when_it_was_read(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", b"")
    with client.sftp.open(PATH) as source:
        assert source.read() == b""
    assert reads(sandbox) == [(1, 1, 0)]


def test_versions_of_a_name_are_counted_apart(
    sandbox: SandboxThread, published: Client
) -> None:
    for content in (b"another", b"and another"):
        with published.sftp.open(PATH) as source:
            source.read()
        sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", content)
    assert [one["size"] for one in of(sandbox)["downloads"]] == [100_000, 7]
    assert reads(sandbox) == [(1, 1, 0), (1, 1, 0)]


def test_accounts_of_a_participant_are_summed_up(
    sandbox: SandboxThread, published: Client, connect: Connect
) -> None:
    sandbox.register(**ALICE | {"login": "hkidr.aaa001"}, public_keys=[line(pair(1))])
    other = connect(sandbox, login="hkidr.aaa001", key=pair(1))
    for client in (published, other):
        with client.sftp.open(PATH) as source:
            source.read()
    (fetched,) = sandbox.counters()["participants"]["CP00010"]["downloads"]
    assert fetched["whole"] == 2


def test_a_second_session_of_a_login_is_told(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    assert (of(sandbox)["displaced"], of(sandbox)["open_sessions"]) == (0, 1)
    connect(sandbox)
    assert eventually(lambda: of(sandbox)["open_sessions"] == 1)
    counted = of(sandbox)
    assert (counted["logins"], counted["sessions"], counted["displaced"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("one", "when", "late"),
    [
        (RAP_ACCOUNT, f"{BUSY_DAY} 07:00:01", 0),
        (RAP_ACCOUNT, f"{BUSY_DAY} 06:59:00", 1),
        (RAP_ACCOUNT, f"{SUNDAY} 12:00:00", 1),
        (RRS_ACCOUNT, f"{BUSY_DAY} 23:59:00", 0),
        (RRS_ACCOUNT, f"{SUNDAY} 12:00:00", 1),
        (ALICE, f"{SUNDAY} 03:00:00", 0),
    ],
)
def test_logins_out_of_hours_are_counted_though_let_in(
    sandbox: SandboxThread, connect: Connect, one: Any, when: str, late: int
) -> None:
    at(sandbox, when)
    platform = one.get("platform", "ECP")
    sandbox.register(**one, public_keys=[line(pair(1))])
    connect(sandbox, platform=platform, login=one["login"], key=pair(1))
    assert of(sandbox, one["login"])["out_of_hours_logins"] == late


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("DCASS", {"/download/DCASS/R": 1}), (CCMS, {})],
)
def test_each_service_of_rap_has_its_own_hours(
    sandbox: SandboxThread, connect: Connect, folder: str, expected: dict[str, int]
) -> None:
    at(sandbox, "2026-03-07 12:00:00")  # a Saturday
    sandbox.publish("CP00010", folder, "R", b"x", "RAP")
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    client = connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(1))
    client.read(f"/download/{folder}/R")
    assert of(sandbox, "DCXYZ001")["out_of_hours_opens"] == expected


def test_refused_logins_are_counted_by_reason(
    sandbox: SandboxThread, connect: Connect
) -> None:
    with pytest.raises(REFUSED):
        connect(sandbox, key=pair(1))
    assert eventually(lambda: of(sandbox)["refused_logins"]) == {"key": 1}


def test_the_most_logins_in_five_minutes_are_told(
    sandbox: SandboxThread, connect: Connect
) -> None:
    for moment in ("12:00:00", "12:04:00", "12:08:00"):
        at(sandbox, f"{BUSY_DAY} {moment}")
        connect(sandbox)
    assert of(sandbox)["most_logins_in_five_minutes"] == 2


def test_listings_are_counted_by_folder(sandbox: SandboxThread, client: Client) -> None:
    for _ in range(2):
        client.sftp.listdir("/download/HBCNMAPP")
    assert of(sandbox)["listings"] == {"/download/HBCNMAPP": 2}

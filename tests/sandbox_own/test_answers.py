"""What comes after an accepted submission: a response soon, results in the evening."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.hktime import HONG_KONG
from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import Connect
from tests.sandbox_own.keykit import RAP_ACCOUNT, RRS_ACCOUNT, at, line, pair

DAY = "2026-03-03"
FOLDERS = {
    "HBCNMAPP": "HBCNMAPP",
    "HBCNATBN": "HBCNRFELR",
    "HBCNLQBN": "HBCNRFEO",
}


def submitted(
    sandbox: SandboxThread, connect: Connect, file_id: str, moment: str
) -> tuple[Client, datetime]:
    """A submission of that kind, judged; the session and when it was received."""
    at(sandbox, f"{DAY} {moment}")
    sandbox.script(on=True)
    client = connect(sandbox)
    code = "00000" if FOLDERS[file_id] == "HBCNRFEO" else "AAA000"
    path = f"/submission/{FOLDERS[file_id]}/{file_id}_{code}_20260303.zip"
    number = len(sandbox.receptions())
    client.upload(path, a_zip(str(number).encode()))
    eventually(lambda: sandbox.receptions()[number]["outcome"] != "pending")
    received_at = sandbox.receptions()[number]["received_at"]
    return client, datetime.fromisoformat(received_at)


def names(sandbox: SandboxThread) -> list[str]:
    return [one["name"] for one in sandbox.distributed()]


def moved(sandbox: SandboxThread, moment: datetime) -> None:
    at(sandbox, f"{moment.astimezone(HONG_KONG):%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize(
    ("file_id", "expected"),
    [
        ("HBCNMAPP", "HBCNMPRP_AAA000_20260303.zip"),
        ("HBCNATBN", "HBCNATRP_AAA000_20260303.zip"),
        ("HBCNLQBN", "HBCNLQRP_00000_20260303.zip"),
    ],
)
def test_a_response_comes_within_six_minutes(
    sandbox: SandboxThread, connect: Connect, file_id: str, expected: str
) -> None:
    _, received = submitted(sandbox, connect, file_id, "10:00")
    assert names(sandbox) == []
    moved(sandbox, received + timedelta(minutes=6))
    assert names(sandbox) == [expected]


@pytest.mark.parametrize(
    ("file_id", "expected"),
    [
        ("HBCNMAPP", ["HBCNRSLT_AAA000_20260303.zip", "HBCNFIMG_AAA000_20260303.zip"]),
        ("HBCNATBN", ["HBCNATRSLT_AAA000_20260303.zip"]),
        ("HBCNLQBN", ["HBCNLQRSLT_00000_20260303.zip"]),
    ],
)
def test_results_come_in_the_evening(
    sandbox: SandboxThread, connect: Connect, file_id: str, expected: list[str]
) -> None:
    submitted(sandbox, connect, file_id, "10:00")
    at(sandbox, f"{DAY} 18:44:59")
    assert len(names(sandbox)) == 1
    at(sandbox, f"{DAY} 21:00")
    assert names(sandbox)[1:] == expected


@pytest.mark.parametrize("moment", ["21:30", "23:57:30"])
def test_a_late_mapping_is_answered_before_midnight(
    sandbox: SandboxThread, connect: Connect, moment: str
) -> None:
    client, _ = submitted(sandbox, connect, "HBCNMAPP", moment)
    at(sandbox, f"{DAY} 23:59:30")
    assert len(client.sftp.listdir("/download/HBCNMAPP")) == 3


def test_a_second_submission_of_a_day_is_answered_by_files_of_its_own(
    sandbox: SandboxThread, connect: Connect
) -> None:
    submitted(sandbox, connect, "HBCNMAPP", "10:00")
    submitted(sandbox, connect, "HBCNMAPP", "11:00")
    at(sandbox, f"{DAY} 11:06")
    responses = ["HBCNMPRP_AAA000_20260303.zip", "HBCNMPRP_AAA000_20260303_2.zip"]
    assert names(sandbox) == responses
    told = sandbox.distributed()
    assert told[0]["sha256"] != told[1]["sha256"]


def test_a_rejected_submission_is_not_answered(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.faults(result="reject")
    submitted(sandbox, connect, "HBCNMAPP", "10:00")
    at(sandbox, f"{DAY} 23:59")
    assert names(sandbox) == []


def test_without_the_script_nothing_is_answered(
    sandbox: SandboxThread, client: Client
) -> None:
    at(sandbox, f"{DAY} 10:00")
    path = "/submission/HBCNMAPP/HBCNMAPP_AAA000_20260303.zip"
    client.upload(path, a_zip())
    eventually(lambda: sandbox.receptions()[0]["outcome"] == "accepted")
    at(sandbox, f"{DAY} 23:59")
    assert names(sandbox) == []


def test_an_answer_whose_day_is_over_never_comes(
    sandbox: SandboxThread, connect: Connect
) -> None:
    client, received = submitted(sandbox, connect, "HBCNMAPP", "10:00")
    moved(sandbox, received + timedelta(days=1))
    assert names(sandbox) == []
    assert client.sftp.listdir("/download/HBCNMAPP") == []


def enrolled(sandbox: SandboxThread, platform: str) -> dict[str, Any]:
    """An account there besides alice's, and how to log in with it."""
    if platform == "ECP":
        return {}
    one = RAP_ACCOUNT if platform == "RAP" else RRS_ACCOUNT
    sandbox.register(**one, public_keys=[line(pair(1))])
    return {"login": one["login"], "key": pair(1)}


Life = tuple[Any, ...]
LIVES: list[Life] = [
    *(("ECP", "HBCNMAPP", f"HBCN{kind}_1", 0) for kind in ("MPRP", "RSLT", "FIMG")),
    *(
        ("ECP", "HBCNRFPR", f"HBCN{report}{kind}_1", 7)
        for report in ("AT", "BC", "LQ", "ER", "OT")
        for kind in ("RP", "RSLT")
    ),
    ("ECP", "HBCNRFPR", "HBCNLQRSLSLT_1", 7),
    ("RAP", "DCASS", "TP001", 10),
    ("RAP", "DCASS_OTHERS", "RX_AUDIT", 10),
    ("RAP", "HKCC_SEOCH_CCMS_GLOB", "CC001", 10),
    ("RRS", "CXYZ", "RPI03", 10),
    ("RRS", "COMMON", "CM001", 10),
]


@pytest.mark.ledger("ECP-22/S", "ECP-23/S", "RAP-06/S", "RRS-15/S")
@pytest.mark.parametrize(("platform", "folder", "name", "days"), LIVES)
def test_every_kind_of_file_is_deleted_on_its_day(
    sandbox: SandboxThread,
    connect: Connect,
    platform: str,
    folder: str,
    name: str,
    days: int,
) -> None:
    placed = at(sandbox, "2026-03-02 18:00")
    login = enrolled(sandbox, platform)
    owner = "*" if folder == "COMMON" else "CP00010"
    told = sandbox.publish(owner, folder, name, b"x", platform)
    client = connect(sandbox, platform=platform, **login)
    seen = []
    last = placed.replace(hour=23, minute=59) + timedelta(days=days)
    for moment in (last, last + timedelta(minutes=2)):
        moved(sandbox, moment)
        seen.append(client.sftp.listdir(told["path"].rpartition("/")[0]))
    assert seen == [[name], []]
    assert told["last_day"] == f"{last:%Y-%m-%d}"
    with pytest.raises(FileNotFoundError):
        client.read(told["path"])

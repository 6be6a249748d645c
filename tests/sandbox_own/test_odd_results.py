"""Results that are missing, late, wrong, double, or not what they should be."""

import base64
import hashlib
import time

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import mapping

FOLDER = "/submission/HBCNMAPP"


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest().upper()


def results(client: Client, number: int = 1) -> list[str]:
    """The contents of the result files once there are that many."""
    names = eventually(lambda: len(n := client.sftp.listdir(FOLDER)) == number and n)
    return [client.read(f"{FOLDER}/{name}") for name in sorted(names)]


def test_no_result_comes(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(result="none")
    client.upload(mapping(sandbox), a_zip())
    eventually(lambda: sandbox.receptions()[0]["outcome"] == "withheld")
    assert client.sftp.listdir(FOLDER) == []


def test_a_result_comes_late(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(result={"kind": "late", "seconds": 0.6})
    began = time.monotonic()
    client.upload(mapping(sandbox), a_zip())
    results(client)
    assert time.monotonic() - began > 0.5


def test_a_wrong_result_holds_another_checksum(
    sandbox: SandboxThread, client: Client
) -> None:
    content = a_zip()
    sandbox.faults(result="wrong")
    client.upload(mapping(sandbox), content)
    (text,) = results(client)
    assert len(text) == 66
    assert text.strip() != checksum(content)


@pytest.mark.parametrize(
    ("second", "endings"), [("same", [".rcvd", ".rcvd"]), ("other", [".rcvd", ".rej"])]
)
def test_a_second_result_follows(
    sandbox: SandboxThread, client: Client, second: str, endings: list[str]
) -> None:
    sandbox.faults(result={"kind": "double", "second": second})
    client.upload(mapping(sandbox), a_zip())
    results(client, 2)
    names = client.sftp.listdir(FOLDER)
    assert sorted(name[name.rindex(".") :] for name in names) == endings


def test_a_good_file_is_rejected_with_the_code_of_ones_choice(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(result={"kind": "reject", "code": "4711", "reason": "Not today"})
    client.upload(mapping(sandbox), a_zip())
    assert results(client) == ["4711 Not today\r\n"]


def test_a_result_holds_the_bytes_of_ones_choice(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.faults(result_bytes=base64.b64encode(b"gibberish").decode())
    client.upload(mapping(sandbox), a_zip())
    assert results(client) == ["gibberish"]

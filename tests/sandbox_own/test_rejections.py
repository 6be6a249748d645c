"""The rules as a client meets them over SFTP."""

import pytest
from paramiko import RSAKey

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip, a_zip_of, an_encrypted_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import ALICE, Connect, Start, line, mapping, today

FOLDER = "/submission/HBCNMAPP"


def answer(client: Client, folder: str = FOLDER) -> str:
    """The content of the only result file."""
    (name,) = eventually(lambda: client.sftp.listdir(folder))
    return client.read(f"{folder}/{name}")


@pytest.mark.ledger("ECP-04/S")
def test_a_foreign_identity_is_rejected(sandbox: SandboxThread, client: Client) -> None:
    client.upload(mapping(sandbox, "ZZZ999"), a_zip())
    assert answer(client).startswith("9003 [sandbox] ZZZ999 ")


@pytest.mark.ledger("ECP-05/S")
def test_yesterdays_date_is_rejected(sandbox: SandboxThread, client: Client) -> None:
    path = mapping(sandbox)
    sandbox.shift_clock(sandbox.exchange.clock.offset.total_seconds() + 86_400)
    client.upload(path, a_zip())
    assert answer(client).startswith("9004 ")


@pytest.mark.ledger("ECP-06/S")
def test_a_file_id_in_another_folder_is_rejected(
    sandbox: SandboxThread, client: Client
) -> None:
    folder = "/submission/HBCNRFEO"
    client.upload(f"{folder}/HBCNMAPP_AAA000_{today(sandbox)}.zip", a_zip())
    assert answer(client, folder).startswith("9002 ")


@pytest.mark.ledger("ECP-07/S")
def test_a_megabyte_passes_the_end_to_end_test(start: Start, connect: Connect) -> None:
    sandbox = start(environment="e2e")
    client = connect(sandbox)
    client.upload(mapping(sandbox), a_zip_of(1_000_000))
    assert len(answer(client)) == 66


@pytest.mark.ledger("ECP-07/S")
def test_a_byte_over_the_megabyte_is_rejected(start: Start, connect: Connect) -> None:
    sandbox = start(environment="e2e")
    client = connect(sandbox)
    client.upload(mapping(sandbox), a_zip_of(1_000_001))
    assert answer(client).startswith("9006 ")


@pytest.mark.ledger("ECP-07/S")
def test_a_file_far_too_large_is_stopped_and_still_answered(
    start: Start, connect: Connect
) -> None:
    sandbox = start(environment="e2e")
    client = connect(sandbox)
    opened = client.begin(mapping(sandbox))
    client.write(opened, 0, bytes(1_500_000))
    with pytest.raises(OSError, match="too large"):
        client.write(opened, 1_500_000, bytes(1_500_000))
    client.end(opened)
    assert answer(client).startswith("9006 ")
    assert sandbox.receptions()[0]["size"] == 2_000_000


@pytest.mark.ledger("ECP-08/S")
def test_an_empty_file_is_rejected(sandbox: SandboxThread, client: Client) -> None:
    client.upload(mapping(sandbox), b"")
    assert answer(client).startswith("9005 ")


@pytest.mark.ledger("ECP-09/S")
def test_an_lzma_member_is_rejected(sandbox: SandboxThread, client: Client) -> None:
    client.upload(mapping(sandbox), a_zip(method=14))
    assert answer(client).startswith("9010 ")


@pytest.mark.ledger("ECP-10/S")
def test_a_mapping_file_without_consent_is_rejected(
    sandbox: SandboxThread, connect: Connect, key: RSAKey
) -> None:
    sandbox.register(**ALICE, public_keys=[line(key)], consent=False)
    client = connect(sandbox)
    client.upload(mapping(sandbox), a_zip())
    assert answer(client).startswith("9008 ")


@pytest.mark.ledger("ECP-65/S")
def test_an_encrypted_file_without_a_registered_password_is_rejected(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(mapping(sandbox), an_encrypted_zip())
    assert answer(client).startswith("9013 ")


def test_a_rejection_is_kept_with_its_reason(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(mapping(sandbox), b"no zip")
    answer(client)
    (reception,) = sandbox.receptions()
    assert (reception["outcome"], reception["code"]) == ("rejected", "9009")

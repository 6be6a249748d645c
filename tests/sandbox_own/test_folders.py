"""What a login sees: boxes, sub-folders, its own files and its participant's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paramiko import RSAKey

from sandbox.boxes import normalise
from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import BROKEN, Client
from tests.sandbox_own.conftest import ALICE, Connect, line, mapping


@pytest.mark.ledger("ECP-27")
def test_the_root_lists_exactly_the_three_boxes(client: Client) -> None:
    assert sorted(client.sftp.listdir("/")) == [
        "download",
        "key_management",
        "submission",
    ]


@pytest.mark.ledger("ECP-02/S", "ECP-27")
def test_the_boxes_hold_the_guides_sub_folders(client: Client) -> None:
    assert sorted(client.sftp.listdir("/submission")) == [
        "HBCNMAPP",
        "HBCNRFELR",
        "HBCNRFEO",
    ]
    assert sorted(client.sftp.listdir("/download")) == ["HBCNMAPP", "HBCNRFPR"]
    assert client.sftp.listdir("/key_management") == ["publickey"]


@pytest.mark.ledger("ECP-27")
def test_a_box_lists_only_entitled_sub_folders(
    sandbox: SandboxThread, connect: Connect, key: RSAKey
) -> None:
    sandbox.register(**ALICE, public_keys=[line(key)], file_ids=["HBCNMAPP"])
    client = connect(sandbox)
    assert client.sftp.listdir("/submission") == ["HBCNMAPP"]
    assert client.sftp.listdir("/download") == ["HBCNMAPP"]
    with pytest.raises(FileNotFoundError):
        client.sftp.listdir("/submission/HBCNRFEO")


@pytest.mark.ledger("ECP-27")
def test_a_download_folder_lists_only_entitled_files(
    sandbox: SandboxThread, connect: Connect, key: RSAKey
) -> None:
    sandbox.register(**ALICE, public_keys=[line(key)], file_ids=["HBCNATBN"])
    sandbox.publish("CP00010", "HBCNRFPR", "HBCNATRP_1.zip", b"mine")
    sandbox.publish("CP00010", "HBCNRFPR", "HBCNLQRP_1.zip", b"not mine")
    client = connect(sandbox)
    assert client.sftp.listdir("/download/HBCNRFPR") == ["HBCNATRP_1.zip"]
    with pytest.raises(FileNotFoundError):
        client.read("/download/HBCNRFPR/HBCNLQRP_1.zip")


@pytest.mark.ledger("ECP-15/S")
def test_download_boxes_are_shared_by_the_logins_of_a_participant(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(other_key)])
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", b"response")
    path = "/download/HBCNMAPP/HBCNMPRP_1.zip"
    assert connect(sandbox).read(path) == "response"
    assert (
        connect(sandbox, login="hkidr.aaa001", key=other_key).read(path) == "response"
    )


@pytest.mark.ledger("ECP-15/S")
def test_another_participant_sees_none_of_it(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    mallory = ALICE | {"login": "hkidr.zzz000", "participant": "CP00099"}
    sandbox.register(**mallory, public_keys=[line(other_key)])
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", b"response")
    client = connect(sandbox, login="hkidr.zzz000", key=other_key)
    assert client.sftp.listdir("/download/HBCNMAPP") == []


@pytest.mark.ledger("ECP-15/S")
def test_a_result_is_private_to_the_login_that_uploaded(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(other_key)])
    alice = connect(sandbox)
    alice.upload(mapping(sandbox), a_zip())
    results = eventually(lambda: alice.sftp.listdir("/submission/HBCNMAPP"))
    client = connect(sandbox, login="hkidr.aaa001", key=other_key)
    assert client.sftp.listdir("/submission/HBCNMAPP") == []
    with pytest.raises(FileNotFoundError):
        client.read(f"/submission/HBCNMAPP/{results[0]}")


REPORTS = ("AT", "BC", "LQ", "ER", "OT")


@pytest.mark.ledger("ECP-20/S", "ECP-21/S")
@pytest.mark.parametrize(
    ("folder", "other", "names"),
    [
        ("HBCNMAPP", "HBCNRFPR", ["HBCNMPRP", "HBCNRSLT", "HBCNFIMG"]),
        ("HBCNRFPR", "HBCNMAPP", [f"HBCN{report}RP" for report in REPORTS]),
        ("HBCNRFPR", "HBCNMAPP", [f"HBCN{report}RSLT" for report in REPORTS]),
        ("HBCNRFPR", "HBCNMAPP", ["HBCNLQRSLSLT"]),
    ],
)
def test_each_file_is_distributed_in_its_own_folder_only(
    sandbox: SandboxThread, client: Client, folder: str, other: str, names: list[str]
) -> None:
    for name in names:
        sandbox.publish("CP00010", folder, name, b"x")
        with pytest.raises(SandboxError):
            sandbox.publish("CP00010", other, name, b"x")
    assert client.sftp.listdir(f"/download/{folder}") == sorted(names)
    assert client.sftp.listdir(f"/download/{other}") == []


@pytest.mark.ledger("ECP-22/S")
def test_a_mapping_response_is_removed_at_midnight(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", b"response")
    assert client.sftp.listdir("/download/HBCNMAPP") == ["HBCNMPRP_1.zip"]
    offset = sandbox.exchange.clock.offset.total_seconds()
    sandbox.shift_clock(offset + 12 * 3600 + 1)
    assert client.sftp.listdir("/download/HBCNMAPP") == []


@pytest.mark.ledger("ECP-23/S")
def test_a_report_response_is_there_for_seven_days_more(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.publish("CP00010", "HBCNRFPR", "HBCNATRP_1.zip", b"response")
    offset = sandbox.exchange.clock.offset.total_seconds()
    sandbox.shift_clock(offset + 7 * 86_400)
    assert client.sftp.listdir("/download/HBCNRFPR") == ["HBCNATRP_1.zip"]
    sandbox.shift_clock(offset + 7 * 86_400 + 12 * 3600 + 1)
    assert client.sftp.listdir("/download/HBCNRFPR") == []


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "../../../etc/passwd",
        "/submission/../../etc/passwd",
        "//etc/passwd",
        "/submission/HBCNMAPP/../../../etc/passwd",
        "/download/HBCNMAPP/\x00",
    ],
)
def test_no_path_leads_out_of_the_tree(client: Client, path: str) -> None:
    with pytest.raises(BROKEN):
        client.read(path)


@given(st.binary(max_size=80))
def test_a_normal_path_is_absolute_and_climbs_nowhere(path: bytes) -> None:
    try:
        normal = normalise(path)
    except UnicodeDecodeError:
        return
    assert normal.startswith("/")
    assert not normal.startswith("//")
    assert ".." not in normal.split("/")

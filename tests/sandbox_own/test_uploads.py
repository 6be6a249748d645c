"""A submission's way: hidden, recorded, answered; and what is refused on it."""

import hashlib
import inspect
import re
from collections.abc import Callable

import asyncssh
import pytest

from sandbox.inthread import SandboxThread
from sandbox.sftp import EcpSftpServer
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import (
    FRESH,
    FXF_APPEND,
    FXF_CREAT,
    FXF_READ,
    FXF_WRITE,
    Client,
)
from tests.sandbox_own.conftest import Connect, Start, mapping, today

FOLDER = "/submission/HBCNMAPP"


@pytest.mark.ledger("ECP-14/S")
def test_an_upload_is_neither_listed_nor_found_before_and_after_its_end(
    start: Start, connect: Connect
) -> None:
    sandbox = start(answer_seconds=60)
    client, path = connect(sandbox), mapping(sandbox)
    opened = client.begin(path)
    client.write(opened, 0, b"PK")
    assert client.sftp.listdir(FOLDER) == []
    with pytest.raises(FileNotFoundError):
        client.sftp.stat(path)
    client.end(opened)
    assert client.sftp.listdir(FOLDER) == []
    with pytest.raises(FileNotFoundError):
        client.sftp.stat(path)


@pytest.mark.ledger("ECP-14/S")
def test_an_accepted_file_is_answered_by_its_checksum(
    sandbox: SandboxThread, client: Client
) -> None:
    content = a_zip(b"x" * 3_000_000)
    client.upload(mapping(sandbox), content)
    (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
    original = mapping(sandbox).rpartition("/")[2]
    assert re.fullmatch(re.escape(original) + r"\.\d{6}\.rcvd", name)
    checksum = hashlib.sha256(content).hexdigest().upper()
    assert client.read(f"{FOLDER}/{name}") == f"{checksum}\r\n"


@pytest.mark.ledger("ECP-14/S")
def test_a_rejected_file_is_answered_by_code_and_reason(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(f"{FOLDER}/HBCNMAPP_AAA000_{today(sandbox)}!.zip", a_zip())
    (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
    assert name.endswith(".rej")
    assert (
        client.read(f"{FOLDER}/{name}")
        == "4007 File name contains invalid characters\r\n"
    )


def test_the_same_name_twice_in_a_second_is_numbered_and_recorded_twice(
    sandbox: SandboxThread, client: Client
) -> None:
    sandbox.exchange.clock.now = lambda: noon  # type: ignore[method-assign]
    noon = sandbox.exchange.clock.__class__(sandbox.exchange.state).now()
    for content in (b"1", b"2", b"3"):
        client.upload(mapping(sandbox), a_zip(content))
    names = eventually(lambda: len(n := client.sftp.listdir(FOLDER)) == 3 and n)
    stem = f"{mapping(sandbox).rpartition('/')[2]}.{noon:%H%M%S}"
    assert sorted(names) == [
        f"{stem}.1.rcvd",
        f"{stem}.2.rcvd",
        f"{stem}.rcvd",
    ]
    assert len(sandbox.receptions()) == 3


def test_a_reception_is_recorded_before_close_is_answered(
    start: Start, connect: Connect
) -> None:
    sandbox = start(answer_seconds=60)
    content = a_zip()
    connect(sandbox).upload(mapping(sandbox), content)
    (reception,) = sandbox.receptions()
    assert reception["sha256"] == hashlib.sha256(content).hexdigest().upper()
    assert reception["size"] == len(content)
    assert reception["login"] == "hkidr.aaa000"
    assert reception["path"] == mapping(sandbox)
    assert reception["outcome"] == "pending"


def test_an_upload_that_breaks_off_is_no_reception_and_leaves_nothing(
    sandbox: SandboxThread, client: Client
) -> None:
    opened = client.begin(mapping(sandbox))
    client.write(opened, 0, a_zip())
    client.transport.close()
    eventually(lambda: not list(sandbox.exchange.incoming.iterdir()))
    assert sandbox.receptions() == []


def test_content_is_thrown_away_after_it_was_checked(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(mapping(sandbox), a_zip())
    eventually(lambda: client.sftp.listdir(FOLDER))
    assert list(sandbox.exchange.incoming.iterdir()) == []


def test_content_is_kept_when_asked_for(start: Start, connect: Connect) -> None:
    sandbox = start(keep_content=True)
    content = a_zip()
    connect(sandbox).upload(mapping(sandbox), content)
    kept = sandbox.exchange.state / "kept"
    (file,) = eventually(lambda: kept.exists() and list(kept.iterdir()))
    assert file.read_bytes() == content


@pytest.mark.ledger("ECP-16/S")
def test_a_name_of_129_characters_is_refused_by_the_server_without_a_rej(
    sandbox: SandboxThread, client: Client
) -> None:
    with pytest.raises(OSError, match="128"):
        client.begin(f"{FOLDER}/{'x' * 125}.zip")
    with pytest.raises(OSError, match="128"):
        client.begin(f"/key_management/publickey/{'x' * 125}.pub")
    assert sandbox.receptions() == []
    assert client.sftp.listdir(FOLDER) == []


@pytest.mark.ledger("ECP-16/S")
def test_a_name_of_128_characters_passes_the_server(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(f"{FOLDER}/{'x' * 124}.zip", a_zip())
    assert len(sandbox.receptions()) == 1


@pytest.mark.ledger("ECP-17/S")
def test_files_and_folders_may_be_neither_renamed_nor_deleted_nor_made(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(mapping(sandbox), a_zip())
    (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
    result = f"{FOLDER}/{name}"
    refused: list[Callable[[], object]] = [
        lambda: client.sftp.rename(result, f"{FOLDER}/other"),
        lambda: client.sftp.posix_rename(result, f"{FOLDER}/other"),
        lambda: client.sftp.remove(result),
        lambda: client.sftp.mkdir(f"{FOLDER}/new"),
        lambda: client.sftp.rmdir(FOLDER),
        lambda: client.sftp.symlink(result, f"{FOLDER}/link"),
        lambda: client.sftp.chmod(result, 0o777),
        lambda: client.sftp.truncate(result, 0),
    ]
    for forbidden in refused:
        with pytest.raises(OSError):  # noqa: PT011 (paramiko's word for a refusal)
            forbidden()
    assert client.sftp.listdir(FOLDER) == [name]


@pytest.mark.ledger("ECP-17/S")
@pytest.mark.parametrize(
    "flags",
    [
        FXF_WRITE | FXF_APPEND | FXF_CREAT,
        FXF_WRITE,
        FXF_WRITE | FXF_CREAT,
        FRESH | FXF_READ,
        FRESH | FXF_APPEND,
    ],
)
def test_an_upload_that_would_resume_is_refused(
    sandbox: SandboxThread, client: Client, flags: int
) -> None:
    with pytest.raises(PermissionError):
        client.begin(mapping(sandbox), flags)


@pytest.mark.ledger("ECP-17/S")
def test_bytes_that_do_not_start_at_the_start_are_refused(
    sandbox: SandboxThread, client: Client
) -> None:
    opened = client.begin(mapping(sandbox))
    with pytest.raises(PermissionError):
        client.write(opened, 10, b"late")


def test_an_existing_result_may_not_be_written_over(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(mapping(sandbox), a_zip())
    (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
    with pytest.raises(PermissionError):
        client.begin(f"{FOLDER}/{name}")


@pytest.mark.parametrize(
    "folder", ["/", "/submission", "/download/HBCNMAPP", "/key_management"]
)
def test_uploads_elsewhere_are_refused(client: Client, folder: str) -> None:
    with pytest.raises(PermissionError):
        client.begin(f"{folder}/file.zip")


def test_no_operation_of_the_library_on_the_real_disk_is_left() -> None:
    harmless = {"channel", "connection", "convert_attrs", "env", "format_longname"}
    harmless |= {"logger", "_to_sftpname"}
    left = [
        name
        for name, _ in inspect.getmembers(asyncssh.SFTPServer)
        if not name.startswith("__")
        and name not in harmless
        and getattr(EcpSftpServer, name) is getattr(asyncssh.SFTPServer, name)
    ]
    assert left == []

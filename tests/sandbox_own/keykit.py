"""Keys, their files, and the exchange's clock set to a moment."""

import base64
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import asyncssh
import paramiko

from sandbox.hktime import HONG_KONG
from sandbox.inthread import SandboxThread
from tests.sandbox_own.client import Client

ECP_KEYS = RAP_KEYS = "/key_management/publickey"
RRS_KEYS = "/KEY_MANAGEMENT"
RAP_ACCOUNT: dict[str, Any] = {
    "login": "DCXYZ001",
    "participant": "CP00010",
    "platform": "RAP",
}
RRS_ACCOUNT: dict[str, Any] = {
    "login": "CXYZ001",
    "participant": "CP00010",
    "platform": "RRS",
}


@cache
def pair(number: int, bits: int = 2048) -> paramiko.RSAKey:
    """The n-th key pair of that size, the same in every test of a run."""
    return paramiko.RSAKey.generate(bits)


def line(key: paramiko.RSAKey) -> str:
    return f"ssh-rsa {key.get_base64()}"


def ssh2(key: paramiko.RSAKey) -> bytes:
    """The public half in RFC 4716, as asyncssh writes it."""
    return asyncssh.import_public_key(line(key)).export_public_key("rfc4716")


def md5(key: paramiko.RSAKey) -> str:
    digits = key.get_fingerprint().hex()
    return ":".join(digits[at : at + 2] for at in range(0, 32, 2))


def wrapped(blob: bytes, *headers: str, end: str = "\n") -> bytes:
    """Any blob as an RFC 4716 file, with these header lines."""
    text = base64.b64encode(blob).decode()
    rows = [text[at : at + 70] for at in range(0, len(text), 70)]
    begin = "---- BEGIN SSH2 PUBLIC KEY ----"
    closing = "---- END SSH2 PUBLIC KEY ----"
    return (end.join([begin, *headers, *rows, closing]) + end).encode()


def at(sandbox: SandboxThread, moment: str) -> datetime:
    """Set the exchange's clock: "2024-03-01 12:00:00", Hong Kong."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)
    sandbox.shift_clock((wanted - datetime.now(HONG_KONG)) / timedelta(seconds=1))
    return wanted


def put(client: Client, path: str, content: bytes) -> None:
    client.upload(path, content)


def results(client: Client, folder: str = ECP_KEYS) -> dict[str, str]:
    """The result files of a key folder, by name; warnings left aside."""
    names = sorted(client.sftp.listdir(folder))
    return {
        name: client.read(f"{folder}/{name}")
        for name in names
        if not name.startswith("SSHKeyExpireWarning")
    }

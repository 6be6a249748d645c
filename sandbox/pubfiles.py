"""A public key file as HKEX takes it: its name, RFC 4716 to the letter, RSA, its size.

4007 is the one rejection code that HKEX prints; the 9000s are the sandbox's own.
"""

import base64
import binascii
import re

import asyncssh

from sandbox.platforms import Platform
from sandbox.rejection import ILLEGAL_NAME, LEGAL_NAME, Rejection, ours

SIZE_AT_MOST = 65_536
_BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----"
_END = "---- END SSH2 PUBLIC KEY ----"
_LINE_AT_MOST = 72  # bytes (RFC 4716 §3)
_TAG = re.compile(r"[!-9;-~]{1,64}")
_VALUE_AT_MOST = 1024


class NotSsh2(ValueError):
    """The text is not in the SSH2 public key file format; the message says why."""


def judge(platform: Platform, name: str, content: bytes) -> Rejection | None:
    """Name, format, algorithm and size (Guide A §3.5.1); None when all is well."""
    verdict = judge_name(name)
    if verdict is None and len(content) > SIZE_AT_MOST:
        verdict = ours(9108, "The file is too large for a public key")
    if verdict is not None:
        return verdict
    try:
        key = read(content)
    except NotSsh2 as exc:
        return ours(9102, f"The file is not in SSH2 public key format: {exc}")
    if key.get_algorithm() != "ssh-rsa":
        return ours(9103, f"Only RSA keys are taken, not {key.get_algorithm()}")
    bits = getattr(key.pyca_key, "key_size", 0)
    if bits not in platform.bits:
        return ours(9104, f"{platform.name} does not take keys of {bits} bits")
    return None


def judge_name(name: str) -> Rejection | None:
    """Guide A §3.5.1; the length is seen to when the file is opened (§4.6)."""
    if not LEGAL_NAME.fullmatch(name):
        return ILLEGAL_NAME
    if not name.endswith(".pub") or name == ".pub":
        return ours(9101, "The extension of a public key file is .pub")
    return None


def read(content: bytes) -> asyncssh.SSHKey:
    """The one key of the file; raises NotSsh2."""
    blob = _blob(content)
    try:
        key = asyncssh.import_public_key(content)
    except (asyncssh.KeyImportError, ValueError) as exc:
        raise NotSsh2(f"{exc}.") from None
    if key.public_data != blob:
        raise NotSsh2("the key is followed by something else.")
    return key


def line_of(key: asyncssh.SSHKey) -> str:
    """As OpenSSH writes it, without a comment."""
    return f"{key.get_algorithm()} {base64.b64encode(key.public_data).decode()}"


def _blob(content: bytes) -> bytes:
    """What stands between the markers and after the headers, decoded."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotSsh2("it is not text.") from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    if lines[0].rstrip(" ") != _BEGIN or lines[-1].rstrip(" ") != _END:
        raise NotSsh2(f"it does not begin with {_BEGIN} and end with {_END}.")
    body = _after_headers(lines[1:-1])
    if any(len(line.encode()) > _LINE_AT_MOST for line in lines):
        raise NotSsh2(f"a line is longer than {_LINE_AT_MOST} bytes.")
    try:
        return base64.b64decode(
            "".join(line.rstrip(" ") for line in body), validate=True
        )
    except (binascii.Error, ValueError):
        raise NotSsh2("its base64 does not decode.") from None


def _after_headers(lines: list[str]) -> list[str]:
    """The lines after the headers and their continuations (RFC 4716 §3.3)."""
    rest = list(lines)
    while rest and ":" in rest[0]:
        tag, _, value = rest.pop(0).partition(":")
        while value.endswith("\\"):
            if not rest:
                raise NotSsh2("a header is continued by nothing.")
            value = value[:-1] + rest.pop(0)
        if not _TAG.fullmatch(tag) or len(value.encode()) > _VALUE_AT_MOST:
            raise NotSsh2("a header is malformed.")
    return rest

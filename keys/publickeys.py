"""Judging a public key file that a person brings, and what is known of a public key."""

import base64
import binascii
import re
from dataclasses import dataclass

from keys import rfc4716
from keys.exposure import holds_private_key
from keys.platform_rules import rules_of
from portal.exchange.errors import printable
from portal.exchange.fingerprints import md5_fingerprint, sha256_fingerprint

NAME_LIMIT = 128  # characters, the extension included (Guide A §3.5.1)
_NAME = re.compile(r"[A-Za-z0-9._ @-]+")
_LINE = re.compile(rb"([a-z0-9@.-]+)[ \t]+([A-Za-z0-9+/=]+)(?:[ \t]+([^\r\n]*))?")
_OTHER_KINDS = {"ssh-dss": "a DSA", "ssh-ed25519": "an Ed25519"}


class NotUsable(ValueError):
    """`sentence` says why HKEX would not take the key; it holds none of its bytes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PrivateKeyGiven(NotUsable):
    """A private key came where a public one belongs. Nothing of it is kept here."""

    def __init__(self) -> None:
        super().__init__(
            "This file holds a private key, which must never leave its owner: nothing "
            "of it was stored, but treat the key as exposed and make a new one."
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA public key; `comment` is a stranger's text."""

    blob: bytes
    bits: int
    exponent: int
    comment: str = ""

    @property
    def md5(self) -> str:
        return md5_fingerprint(self.blob)

    @property
    def sha256(self) -> str:
        return sha256_fingerprint(self.blob)

    @property
    def openssh_line(self) -> str:
        return f"ssh-rsa {base64.b64encode(self.blob).decode()}"

    def ssh2_file(self, comment: str) -> bytes:
        """The `.pub` that HKEX takes; `comment` is ours, such as the login ID."""
        return rfc4716.encode(self.blob, comment)


def judge(name: str, content: bytes, platform: str) -> PublicKey:
    """Of an SSH2 file or an OpenSSH line. Raises PrivateKeyGiven or NotUsable."""
    if holds_private_key(content):
        raise PrivateKeyGiven
    fault = name_fault(name)
    if fault:
        raise NotUsable(fault)
    blob, comment = _opened(content)
    return from_blob(blob, platform, comment)


def from_blob(blob: bytes, platform: str, comment: str = "") -> PublicKey:
    """RSA, of a size that the platform takes, and nothing else. Raises NotUsable."""
    kind, rest = _taken(blob)
    if kind != b"ssh-rsa":
        raise NotUsable(_other_kind(kind))
    exponent, rest = _number(rest)
    modulus, rest = _number(rest)
    if rest:
        raise NotUsable("The key is damaged: something is left over after it.")
    bits, rules = modulus.bit_length(), rules_of(platform)
    if bits not in rules.bits:
        raise NotUsable(
            f"This key has {bits} bits, and {platform} takes RSA keys of "
            f"{rules.bits_in_words} bits: make a new one of that size."
        )
    # 2**64 is the bound of OpenSSL for large keys; 35 and 37 were once common.
    if not 3 <= exponent < 2**64 or exponent % 2 == 0 or modulus % 2 == 0:
        raise NotUsable(
            "The key is damaged: its numbers cannot be those of an RSA key."
        )
    return PublicKey(blob, bits, exponent, comment)


def name_fault(name: str) -> str | None:
    """One sentence on what is wrong with a key file's name; None if nothing is."""
    if not name.endswith(".pub") or name == ".pub":
        return "A public key file’s name ends in .pub (small letters): rename it."
    if len(name) > NAME_LIMIT:
        return (
            f"The file’s name has {len(name)} characters, and HKEX takes at most "
            f"{NAME_LIMIT}, extension included: shorten it."
        )
    if not _NAME.fullmatch(name):
        return (
            "The file’s name may hold letters, digits, dot, dash, underscore, blank "
            "and @ only: rename it."
        )
    return None


def _opened(content: bytes) -> tuple[bytes, str]:
    """Blob and comment; an SSH2 file is known by its first mark."""
    if len(content) > rfc4716.LIMIT:
        raise NotUsable(f"The file is larger than {rfc4716.LIMIT:,} bytes: no key is.")
    found = _LINE.fullmatch(content.strip().removeprefix(b"\xef\xbb\xbf"))
    if found:
        return _blob_of_line(found)
    if b"BEGIN SSH2" not in content:
        raise NotUsable(
            "This is neither an SSH2 public key file nor one OpenSSH line: export the "
            "public key again, for example with “ssh-keygen -e -f key.pub”."
        )
    try:
        opened = rfc4716.decode(content)
    except rfc4716.NotSsh2 as fault:
        raise NotUsable(f"{fault.sentence} Export the public key again.") from None
    return opened.blob, opened.comment


def _blob_of_line(found: re.Match[bytes]) -> tuple[bytes, str]:
    kind, text, comment = found.groups(b"")
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        blob = b""
    if not blob.startswith(len(kind).to_bytes(4, "big") + kind):
        raise NotUsable("The key line is damaged: copy it again, whole.")
    return blob, comment.decode("utf-8", "replace")


def _taken(blob: bytes) -> tuple[bytes, bytes]:
    """The first string of the wire format (RFC 4251 §5), and what follows it."""
    size = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + size or not size:
        raise NotUsable("The key is damaged: it ends too early.")
    return blob[4 : 4 + size], blob[4 + size :]


def _number(blob: bytes) -> tuple[int, bytes]:
    """The same for a positive number, which is written in one way only."""
    octets, rest = _taken(blob)
    number = int.from_bytes(octets, "big", signed=True)
    if number <= 0 or len(octets) != number.bit_length() // 8 + 1:
        raise NotUsable(
            "The key is damaged: a number in it is not written as SSH does."
        )
    return number, rest


def _other_kind(kind: bytes) -> str:
    name = printable(kind.decode("latin-1"), 40)
    said = _OTHER_KINDS.get(name, "an ECDSA" if name.startswith("ecdsa-") else None)
    what = f"{said} key" if said else f"of the kind “{name}”"
    return f"This key is {what}, and HKEX takes RSA keys only: make an RSA key."

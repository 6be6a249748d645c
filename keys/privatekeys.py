"""Making RSA key pairs, and reading those that people bring; nothing shows them."""

import base64
import re
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keys.key_stretching import is_too_slow

LIMIT = 8_192  # bytes; a 4096-bit key takes 3,400
MIN_BITS = 2048
_SSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_ENCRYPTED = re.compile(rb"BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED")


class NotReadable(ValueError):
    """`sentence` says why no key came out; it holds nothing of the file."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PassphraseWrong(NotReadable):
    """The passphrase is missing or another one; the file may be sound."""


class PrivateKey:
    """A pair that shows nothing of itself and refuses to be pickled or copied."""

    __slots__ = ("_pair",)

    def __init__(self, pair: rsa.RSAPrivateKey) -> None:
        self._pair = pair

    @property
    def bits(self) -> int:
        return self._pair.key_size

    def public_blob(self) -> bytes:
        """For `publickeys.from_blob`, which judges size and numbers."""
        line = self._pair.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        return base64.b64decode(line.split()[1])

    def openssh(self) -> bytes:
        """The private half in plain text, to be sealed at once."""
        return self._pair.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )

    def __repr__(self) -> str:
        return "PrivateKey(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key travels sealed or not at all")


def make(bits: int) -> PrivateKey:
    """A new pair; 4096 bits take a second or more, so never inside a transaction."""
    if bits < MIN_BITS:
        raise ValueError(f"no platform takes an RSA key of {bits} bits")
    return PrivateKey(rsa.generate_private_key(65537, bits))


def read(content: bytes, passphrase: str = "") -> PrivateKey:
    """Of an OpenSSH or PEM (PKCS#1, PKCS#8) file. Raises NotReadable.

    A passphrase that the file does not need is not minded.
    """
    _refuse_the_unreadable(content)
    text = content.strip().removeprefix(b"\xef\xbb\xbf")
    if is_too_slow(text):
        raise NotReadable(
            "The passphrase of this file is stretched beyond reason: save the key "
            "again with the ordinary settings of ssh-keygen."
        )
    try:
        pair = _loaded(text, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        # Not chained: the library's words may quote the file.
        raise _translated(fault, text, passphrase) from None
    if not isinstance(pair, rsa.RSAPrivateKey):
        raise NotReadable("This is no RSA key, and HKEX takes RSA keys only.")
    return PrivateKey(pair)


def _refuse_the_unreadable(content: bytes) -> None:
    if len(content) > LIMIT:
        raise NotReadable(f"The file is larger than {LIMIT:,} bytes: no RSA key is.")
    if b"PuTTY-User-Key-File" in content:
        # No maintained Python library reads PPK, least of all its version 3.
        raise NotReadable(
            "This is a PuTTY key file, which the portal does not read: in PuTTYgen "
            "load it and choose Conversions, Export OpenSSH key, and bring that file."
        )
    if b"PRIVATE KEY" not in content:
        raise NotReadable(
            "This file holds no private key in OpenSSH or PEM format: bring the file "
            "without .pub that ssh-keygen made beside the public key."
        )
    if content.count(b"-----BEGIN") != 1:
        raise NotReadable("The file holds several things: bring the key file alone.")


def _loaded(text: bytes, passphrase: str) -> object:
    load = (
        serialization.load_ssh_private_key
        if text.startswith(_SSH)
        else serialization.load_pem_private_key
    )
    try:
        return load(text, passphrase.encode() or None)
    except TypeError:
        if not passphrase:
            raise
        return load(text, None)


def _translated(fault: Exception, text: bytes, passphrase: str) -> NotReadable:
    said = str(fault).lower()
    if isinstance(fault, TypeError):
        return PassphraseWrong("This key is protected: type its passphrase.")
    if passphrase and ("password" in said or "checksum" in said):
        return PassphraseWrong("The passphrase does not open this key: type it again.")
    if passphrase and _ENCRYPTED.search(text):
        # One wrong passphrase in 256 leaves noise that ends as padding does.
        return PassphraseWrong(
            "The passphrase does not open this key, or the file is damaged: type it "
            "again."
        )
    return NotReadable("The key file is damaged or of a kind the portal does not read.")

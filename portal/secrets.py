"""Secrets at rest: AES-256-GCM under the master key, bound to the row's column.

A sealed value is version (1 byte) | key id (8) | nonce (12) | ciphertext and tag. The
context, `table|uuid|column`, and the version and key id are authenticated: a value
moved to another row or column does not open.

MASTER_KEYS is a ring, newest first: the first seals, all open, and the last is the one
that other keys are derived from. A new key goes in front. The last one stays for ever,
or every activity chain becomes unverifiable.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
ID_SIZE = 8
HEAD_SIZE = len(VERSION) + ID_SIZE
NONCE_SIZE = 12
TAG_SIZE = 16
KEY_SIZE = 32


class CannotOpen(Exception):
    """The sealed value is damaged, belongs elsewhere, or its key is not here."""


def context(table: str, uuid: object, column: str) -> str:
    """What a sealed value is bound to. Raises ValueError for a part that would let two
    contexts read alike."""
    parts = (table, str(uuid), column)
    joined = "|".join(parts)
    if not all(parts) or joined.count("|") != len(parts) - 1:
        raise ValueError("a part of the context is empty, or holds a bar")
    return joined


def seal(plaintext: bytes, bound_to: str) -> bytes:
    """Encrypt under the first master key."""
    return seal_with(settings.MASTER_KEYS[0], plaintext, bound_to)


def seal_with(master: bytes, plaintext: bytes, bound_to: str) -> bytes:
    """Encrypt under a given 32-byte key: the seam for a later worker-only key. Raises
    ValueError for a key of another length."""
    head, nonce = VERSION + key_id(master), os.urandom(NONCE_SIZE)
    sealed = _cipher(master).encrypt(nonce, plaintext, _aad(head, bound_to))
    return head + nonce + sealed


def open(sealed: bytes, bound_to: str) -> bytes:
    """Decrypt; raises CannotOpen."""
    sealed = bytes(sealed)  # a BinaryField may answer a memoryview
    if len(sealed) < HEAD_SIZE + NONCE_SIZE + TAG_SIZE or sealed[:1] != VERSION:
        raise CannotOpen("not a sealed value")
    head, rest = sealed[:HEAD_SIZE], sealed[HEAD_SIZE:]
    master = _master(head[len(VERSION) :])
    if master is None:
        raise CannotOpen("sealed under a master key that is not configured")
    nonce, ciphertext = rest[:NONCE_SIZE], rest[NONCE_SIZE:]
    try:
        return _cipher(master).decrypt(nonce, ciphertext, _aad(head, bound_to))
    except InvalidTag:
        raise CannotOpen("damaged, or bound to another row") from None


def derive(purpose: str) -> bytes:
    """A 32-byte key for another purpose (the activity chain), from the last master
    key of the ring, so that adding a newer one in front changes no chain."""
    return _expand(settings.MASTER_KEYS[-1], f"portal/derive/{purpose}")


@lru_cache(maxsize=32)
def key_id(master: bytes) -> bytes:
    """Which key sealed a value; says nothing of the key itself."""
    return hashlib.sha256(b"portal key id" + master).digest()[:ID_SIZE]


def _master(wanted: bytes) -> bytes | None:
    ring: Sequence[bytes] = settings.MASTER_KEYS
    return next((master for master in ring if key_id(master) == wanted), None)


@lru_cache(maxsize=32)
def _cipher(master: bytes) -> AESGCM:
    """Made once: a batch of 100,000 records seals each of them."""
    return AESGCM(_subkey(master))


def _subkey(master: bytes) -> bytes:
    return _expand(master, "portal/seal")


def _aad(head: bytes, bound_to: str) -> bytes:
    return head + bound_to.encode()


@lru_cache(maxsize=32)
def _expand(master: bytes, purpose: str) -> bytes:
    if len(master) != KEY_SIZE:
        raise ValueError("a master key has 32 bytes")
    return HKDF(SHA256(), KEY_SIZE, salt=None, info=purpose.encode()).derive(master)

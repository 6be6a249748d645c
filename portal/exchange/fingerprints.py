"""Fingerprints of a public key blob (the bytes that base64 carries in a key file)."""

import base64
import hashlib


def md5_fingerprint(blob: bytes) -> str:
    """16 lower-case hex octets joined by colons (Guide A §4.6.1).

    MD5 is what HKEX prints; it identifies a key here and protects nothing.
    """
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


def sha256_fingerprint(blob: bytes) -> str:
    """As OpenSSH prints it: `SHA256:` and unpadded base64."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    return "SHA256:" + digest.rstrip("=")

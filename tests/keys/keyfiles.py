"""Keys for the tests: one real pair, and public ones of any size made up quickly."""

import base64
import random
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keys.publickeys import PublicKey, from_blob
from keys.rfc4716 import encode

PASSPHRASE = "correct horse"
# Guides A §4.2, B §3.2.1 and C §3.2.1 print it (here as in C) as an RSA key.
GUIDE_SAMPLE = b"""\
---- BEGIN SSH2 PUBLIC KEY ----
Comment: SSH KEY
AAAAB3NzaC1kc3MAAACBAPY8ZOHY2yF5JA6XYC9HRwNHxaehvx5wOJ0rzZdzoSOXxbET
W6ToHv8D1UJ/z+zHo9Fiko5XybZnDIaBDHtblQ+Yp7StxyltHnXF1YLfKD1G4T6JYrdH
YI14Om1eg9e4NnCRleaQoZPF3UGfZia6bXrGTQf3gJq2e7Yisk/gF+1VAAAAFQDb8D5c
vwHWTZDPfX0D2s9Rd7NBvQAAAIEA1N92+Bb7D4KLYk3IwRbXblwXdkPggA4pfdtW9vGf
J0/RHd+NjB4eo1D+0dix6tXwYGN7PKS5R/FXPNwxHPapcj9uL1Jn2AWQ2dsknf+i/FAA
vioUPkmdMc0zuWoSOEsSNhVDtX3WdvVcGcBq9cetzrtOKWOocJmJ80qadxTRHtUAAACB
AN7CY+KKv1gHpRzFwdQm7HK9bb1LAo2KwaoXnadFgeptNBQeSXG1vO+JsvphVMBJc9HS
n24VYtYtsMu74qXviYjziVucWKjjKEb11juqnF0GD1B3VVMxHLmxnAz643WK42Z7dLM5
sY29ouezv4Xz2PuMch5VGPP+CDqzCM41oWgV
---- END SSH2 PUBLIC KEY ----
"""


def string(octets: bytes) -> bytes:
    return len(octets).to_bytes(4, "big") + octets


def number(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def blob(bits: int = 2048, *, exponent: int = 65537, seed: int = 0) -> bytes:
    """The wire form of an RSA key whose modulus is odd and random, but no product."""
    modulus = random.Random(seed).getrandbits(bits) | 1 << (bits - 1) | 1
    return string(b"ssh-rsa") + number(exponent) + number(modulus)


def ssh2(bits: int = 2048, *, seed: int = 0) -> bytes:
    return encode(blob(bits, seed=seed), "a key")


def public_key(platform: str = "RRS", *, bits: int = 2048, seed: int = 0) -> PublicKey:
    return from_blob(blob(bits, seed=seed), platform)


def line(octets: bytes, comment: str = "ops@example") -> bytes:
    kind = octets[4 : 4 + int.from_bytes(octets[:4], "big")]
    return b" ".join([kind, base64.b64encode(octets), comment.encode()]) + b"\n"


@cache
def pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def private_file(
    form: serialization.PrivateFormat, passphrase: str | None = None
) -> bytes:
    """The real pair in PEM, PKCS#8 or OpenSSH."""
    return pair().private_bytes(
        serialization.Encoding.PEM,
        form,
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption(),
    )


PUTTY = b"""\
PuTTY-User-Key-File-3: ssh-rsa
Encryption: none
Comment: rsa-key-20240301
Public-Lines: 1
AAAAB3NzaC1yc2EAAAADAQABAAABAQ==
Private-Lines: 1
AAABAQ==
Private-MAC: 00
"""

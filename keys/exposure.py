"""Recognising a private key where none may be, in any of its usual clothes."""

import re

_ARMOUR = re.compile(rb"(?:BEGIN|END)[ A-Z0-9]{0,40}PRIVATE", re.IGNORECASE)
_PUTTY = re.compile(
    rb"PuTTY-User-Key-File|Private-(?:Lines|MAC|Hash) *:", re.IGNORECASE
)
_OPENSSH = re.compile(rb"openssh-key-v1|b3BlbnNzaC1rZXktdjE")
# The first bytes of PKCS#1 and PKCS#8, of SEC 1 and of PKCS#8 for curves; as
# base64 without its armour, and as DER.
_BASE64 = re.compile(
    rb"MII[A-Za-z0-9+/]{2}[AQgw]IBA(?:AKC|DAN)"
    rb"|MHcCAQEE|MI[A-Za-z0-9+/]{2}AgEAM[A-Za-z0-9+/]{2}G|MC4CAQAwBQYDK2V"
)
_DER = re.compile(rb"\x30\x82..\x02\x01\x00(?:\x02\x82|\x30\x0d\x06\x09)", re.DOTALL)
_JWK = re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{20}')
_CLOTHES = (_ARMOUR, _PUTTY, _OPENSSH, _BASE64, _DER, _JWK)


def holds_private_key(content: bytes) -> bool:
    """Whether it looks like one, or like a part of one; UTF-16 text is seen too."""
    plain = content.replace(b"\0", b"")
    return any(c.search(content) or c.search(plain) for c in _CLOTHES)

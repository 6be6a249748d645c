"""Whether what HKEX shows, or a file that is to go there, is one certain key."""

import re
from dataclasses import dataclass

from keys.exposure import holds_private_key
from keys.publickeys import NotUsable, PrivateKeyGiven, judge

_MD5 = re.compile(r"(?:MD5:)?((?:[0-9a-f]{2}:){15}[0-9a-f]{2})", re.IGNORECASE)
_SHA256 = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
SAME = "This is the key: its fingerprint equals ours."
OTHER = (
    "This is another key: its fingerprint is not ours. Do not register it here before "
    "HKEX shows the same."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    status: str  # data-s
    sentence: str


def compare(
    name: str, content: bytes, platform: str, md5: str, sha256: str
) -> Comparison:
    """Of a fingerprint in either form, or a public key in any; nothing is kept."""
    if holds_private_key(content):
        return Comparison("bad", str(PrivateKeyGiven()))
    text = content.decode("utf-8", "replace").strip()
    if found := _MD5.fullmatch(text):
        return _told(found[1].lower() == md5)
    if _SHA256.fullmatch(text):
        return _told(text.rstrip("=") == sha256.rstrip("="))
    try:
        return _told(judge(name, content, platform).md5 == md5)
    except NotUsable as no:
        return Comparison("bad", no.sentence)


def _told(is_same: bool) -> Comparison:
    return Comparison("ok", SAME) if is_same else Comparison("bad", OTHER)

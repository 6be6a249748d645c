"""What a host offers, held against what the portal speaks; plain words of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.exchange.algorithms import HKEX

KINDS = {
    "kex": "Key exchange",
    "ciphers": "Encryption",
    "macs": "Integrity",
    "host_keys": "Host key",
    "signatures": "Login",
}
# AES-GCM brings its own integrity: a host that speaks it needs no shared MAC.
WITHOUT_MAC = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com")
SHA1 = "ssh-rsa"
NOT_SAID = "Not said"
# Said among the key exchanges, and none: they announce what else the host can do.
SIGNALS = {"ext-info-s", "kex-strict-s-v00@openssh.com"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind: `shared` in our order, `missing` ours only, `foreign` theirs only.
    A host that does not say what it takes for logins is not judged by it."""

    kind: str
    title: str
    shared: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    is_said: bool
    is_needed: bool = True

    @property
    def is_ok(self) -> bool:
        return bool(self.shared) or not self.is_said or not self.is_needed

    @property
    def status(self) -> str:
        return "bad" if not self.is_ok else "ok" if self.is_said else "idle"

    @property
    def word(self) -> str:
        if not self.is_said:
            return NOT_SAID
        if self.shared:
            return f"{len(self.shared)} shared"
        return "Nothing shared" if self.is_needed else "Not needed"


def compared(offer: Mapping[str, Sequence[str]]) -> list[Compared]:
    """By kind, as they are agreed on. Of a host that said nothing: the empty list."""
    if not any(offer.values()):
        return []
    gcm = any(name in WITHOUT_MAC for name in offer.get("ciphers", ()))
    return [
        _compared(kind, title, tuple(offer.get(kind, ())), not (kind == "macs" and gcm))
        for kind, title in KINDS.items()
    ]


def _compared(kind: str, title: str, said: tuple[str, ...], needed: bool) -> Compared:
    ours: tuple[str, ...] = getattr(HKEX, kind)
    return Compared(
        kind,
        title,
        shared=tuple(name for name in ours if name in said),
        missing=tuple(name for name in ours if name not in said) if said else (),
        foreign=tuple(n for n in said if n not in ours and n not in SIGNALS),
        is_said=bool(said) or kind != "signatures",
        is_needed=needed,
    )


def plain_words(found: Sequence[Compared]) -> list[str]:
    """Three sentences for each kind in which nothing is shared (RRS-14)."""
    return [_words(one) for one in found if not one.is_ok]


def _words(one: Compared) -> str:
    listed = ", ".join(one.foreign[:8]) or "nothing"
    if one.kind not in ("host_keys", "signatures"):
        return (
            f"{one.title}: the host offers {listed}, and the portal speaks none of it. "
            "No session with it is possible. Ask HKEX which algorithms it offers from "
            "when on."
        )
    what = "its host key" if one.kind == "host_keys" else "a login"
    why = (
        " A plain ssh-rsa signature is made with SHA-1, which is broken, and the "
        "portal does not make or accept one."
        if SHA1 in one.foreign
        else ""
    )
    return (
        f"{one.title}: for {what} the host offers {listed}, and nothing that the "
        f"portal speaks.{why} No login is possible, and no key that you register "
        "changes that. Ask HKEX to enable rsa-sha2-256 or rsa-sha2-512 there; until "
        "then use HKEX’s own client for this facility."
    )

"""A JWKS as Client Connect shows it, read warily, beside the keys that we have."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LIMIT = 65_536  # characters; two keys take one thousand
MOST_KEYS = 20
# What only a private or a symmetric JWK has (RFC 7518, 6.3.2 and 6.4).
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_PRIVATE = re.compile(r"""["'](?:d|p|q|dp|dq|qi|oth|k)["']\s*:""")
Jwk = Mapping[str, object]


class NotAJwks(ValueError):
    """Its text is for the person who pasted it, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one key: `status` is a `data-s`."""

    kid: str
    status: str
    sentence: str


def holds_private_members(text: str) -> bool:
    """Whether any object in it has a private member, also where it is no whole JSON;
    an escaped spelling of the member's name is seen too."""
    if _PRIVATE.search(text):
        return True
    found = False

    def look(pairs: list[tuple[str, object]]) -> None:
        nonlocal found
        found = found or any(name in PRIVATE_MEMBERS for name, _ in pairs)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return found or "\\u00" in text
    return found


def read(text: str) -> list[Jwk]:
    """The keys of a JWKS, a list of keys, or one key. Raises NotAJwks."""
    if len(text) > LIMIT:
        raise NotAJwks("This is far more than a JWKS holds. Paste the JWKS alone.")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAJwks(
            "This is not JSON. Paste the whole text that Client Connect shows, from "
            "the first brace to the last."
        ) from None
    if isinstance(tree, dict):
        tree = tree.get("keys", [tree])
    if not isinstance(tree, list) or not all(isinstance(one, dict) for one in tree):
        raise NotAJwks("This is no JWKS: it has no list of keys.")
    if not 1 <= len(tree) <= MOST_KEYS:
        raise NotAJwks(f"A JWKS holds 1 to {MOST_KEYS} keys; this has {len(tree)}.")
    return tree


def compare(
    shown: Sequence[Jwk], registered: Sequence[Jwk], others: Mapping[str, str]
) -> list[Verdict]:
    """One verdict a key. `registered` are the public JWKs that should be there;
    `others` names what else has a modulus (`n`): "the machine profile" is the one that
    matters, since HKEX refuses one key set for both parts (FINI-01)."""
    there = [_of_shown(one, registered, others) for one in shown]
    shown_ns = {_text(one, "n") for one in shown}
    missing = [
        Verdict(
            _text(one, "kid"),
            "bad",
            "Client Connect does not show this key. Paste the JWKS there again.",
        )
        for one in registered
        if _text(one, "n") not in shown_ns
    ]
    return there + missing


def _of_shown(
    shown: Jwk, registered: Sequence[Jwk], others: Mapping[str, str]
) -> Verdict:
    kid, n = _text(shown, "kid")[:100], _text(shown, "n")
    ours = next((one for one in registered if _text(one, "n") == n), None)
    if ours is None:
        return Verdict(kid, "bad", _not_ours(n, others))
    if kid != _text(ours, "kid"):
        return Verdict(kid, "bad", "It is our key, under another kid than ours.")
    different = [
        name
        for name in ("kty", "e", "use", "alg", "exp")
        if _text(shown, name) != _text(ours, name)
    ]
    if different:
        told = ", ".join(different)
        return Verdict(kid, "warn", f"It is our key, but differs in {told}.")
    return Verdict(kid, "ok", "It is the same as here.")


def _not_ours(n: str, others: Mapping[str, str]) -> str:
    if n in others:
        return (
            f"It is a key of {others[n]}. The agent and the machine profile have "
            "separate key sets, and HKEX refuses one for both."
        )
    return "It is no key of this profile. Find out whose it is, and remove it there."


def _text(one: Jwk, name: str) -> str:
    value = one.get(name)
    return str(value) if isinstance(value, str | int) else ""

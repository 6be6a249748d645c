"""A JWKS as Client Connect takes it (API Access Setup 1 and 2)."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from Crypto.PublicKey import RSA

from sandbox.layout import SandboxError

_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_FIXED = {"kty": "RSA", "use": "sig", "alg": "RS256"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_BITS = range(2048, 8193)
_KEYS_AT_MOST = 10
_LIFE = timedelta(days=365)


@dataclass(frozen=True)
class Jwk:
    """One public key; `exp` is the first epoch second at which it works no more."""

    kid: str
    exp: int
    key: RSA.RsaKey


def parse_jwks(given: Any, registered_at: datetime | None = None) -> list[Jwk]:
    """The keys of {"keys": […]}; raises SandboxError naming what is wrong.

    With `registered_at` the rule on `exp` is applied as well: less than a year ahead.
    """
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _KEYS_AT_MOST:
        raise SandboxError('A JWKS is {"keys": […]} with 1 to 10 keys.')
    found = [_parse(one) for one in keys]
    if len({one.kid for one in found}) < len(found):
        raise SandboxError("Two keys of the JWKS have the same kid.")
    if registered_at is not None:
        for one in found:
            _check_life(one, registered_at)
    return found


def decoded(text: str) -> bytes:
    """base64url without padding (RFC 7515 §2); raises ValueError."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("This is not base64url.")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as exc:
        raise ValueError(str(exc)) from None


def _parse(given: Any) -> Jwk:
    if not isinstance(given, dict):
        raise SandboxError("A JWK is a JSON object.")
    if private := sorted(_PRIVATE & set(given)):
        raise SandboxError(f"The JWK holds private members ({', '.join(private)}).")
    for name, value in _FIXED.items():
        if given.get(name) != value:
            raise SandboxError(f"The JWK's {name} must be {value}.")
    kid, exp = given.get("kid"), given.get("exp")
    if not isinstance(kid, str) or not 0 < len(kid) <= 256:
        raise SandboxError("The JWK's kid is text of up to 256 characters.")
    if type(exp) is not int:
        raise SandboxError("The JWK's exp is an epoch in seconds.")
    return Jwk(kid, exp, _public_key(given))


def _public_key(given: dict[str, Any]) -> RSA.RsaKey:
    try:
        n, e = (int.from_bytes(decoded(given[name])) for name in ("n", "e"))
    except (KeyError, TypeError, ValueError):
        raise SandboxError("The JWK's n and e are base64url.") from None
    if n.bit_length() not in _BITS:
        raise SandboxError(f"The JWK has {n.bit_length()} bits: 2048 is the least.")
    if not (n & e & 1 and 3 <= e < 2**33):
        raise SandboxError("The JWK's n and e are no RSA key.")
    return RSA.construct((n, e), consistency_check=False)


def _check_life(jwk: Jwk, registered_at: datetime) -> None:
    left = jwk.exp - registered_at.timestamp()
    if not 0 < left < _LIFE.total_seconds():
        raise SandboxError("The JWK's exp must lie ahead, by less than a year.")

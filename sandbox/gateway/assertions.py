"""The two signed assertions of a token request (API Access Setup 3)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from Crypto.Hash import SHA256
from Crypto.Signature import pkcs1_15

from sandbox.gateway.jwk import Jwk, decoded

_TEXT_AT_MOST = 8_192
_SECONDS_AHEAD = 30 * 60


class Unacceptable(Exception):
    """An assertion that does not hold; the text says why."""


@dataclass(frozen=True)
class Assertion:
    """A JWT taken apart, nothing of it proved yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def claim(self, name: str) -> str:
        """A claim's text, "" when it has none."""
        value = self.claims.get(name)
        return value if isinstance(value, str) else ""

    def prove(
        self, keys: Iterable[Jwk], now: float, audience: str, issuer: str, subject: str
    ) -> None:
        """Raise Unacceptable unless one of the keys signed just these claims.

        `now` is the gateway's epoch in seconds.
        """
        self._check_signature(keys, now)
        expected = {"aud": audience, "iss": issuer, "sub": subject}
        for name, value in expected.items():
            if self.claims.get(name) != value:
                raise Unacceptable(f"The {name} claim is not the one expected.")
        exp = self.claims.get("exp")
        if isinstance(exp, bool) or not isinstance(exp, int | float):
            raise Unacceptable("The exp claim is missing or no number.")
        if not now < exp:
            raise Unacceptable("The assertion has expired.")
        if not exp < now + _SECONDS_AHEAD:
            raise Unacceptable("The exp claim must be less than 30 minutes ahead.")

    def _check_signature(self, keys: Iterable[Jwk], now: float) -> None:
        if self.header.get("alg") != "RS256" or "crit" in self.header:
            raise Unacceptable("The assertion must be signed with RS256.")
        kid = self.header.get("kid")
        meant = [one for one in keys if kid in (None, one.kid)]
        signers = [one for one in meant if self._is_signed_by(one)]
        if not signers:
            raise Unacceptable("The signature is by no key of this profile.")
        if not any(now < one.exp for one in signers):
            raise Unacceptable("The public key of this profile has expired.")

    def _is_signed_by(self, jwk: Jwk) -> bool:
        try:
            pkcs1_15.new(jwk.key).verify(SHA256.new(self.signed), self.signature)
        except ValueError:
            return False
        return True


def parse_assertion(text: str) -> Assertion:
    """A compact JWS of two JSON objects and a signature; raises Unacceptable."""
    parts = text.split(".") if len(text) <= _TEXT_AT_MOST else []
    try:
        header, claims, signature = (decoded(part) for part in parts)
        read = [json.loads(part.decode()) for part in (header, claims)]
    except (ValueError, RecursionError):
        raise Unacceptable("The assertion is no signed JWT.") from None
    if not all(isinstance(one, dict) for one in read):
        raise Unacceptable("The assertion is no signed JWT.")
    signed = text.rpartition(".")[0].encode()
    return Assertion(read[0], read[1], signed, signature)

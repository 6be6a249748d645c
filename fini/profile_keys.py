"""The RSA pair of an agent or machine profile, and the JWKS that HKEX is shown."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

BITS = 2048
ALGORITHM = "RS256"
MEMBERS = ("kty", "e", "use", "kid", "alg", "n", "exp")
LONGEST = dt.timedelta(days=365)  # `exp` lies less than a year ahead


class NotAProfileKey(ValueError):
    """No RSA private key of 2048 bits or more came out; says nothing of the file."""


class ProfileKey:
    """A loaded pair (parsing its PEM for every signature takes a hundred times as
    long) that shows nothing of itself and refuses to be pickled or copied."""

    __slots__ = ("_key", "_pair", "kid")

    def __init__(self, pair: rsa.RSAPrivateKey, kid: str = "") -> None:
        if pair.key_size < BITS:
            raise NotAProfileKey(f"a profile key has {BITS} bits or more")
        self._pair, self._key = pair, RSAKey(pair, pair)
        self.kid = kid or self.thumbprint

    @property
    def thumbprint(self) -> str:
        """RFC 7638, base64url of SHA-256."""
        return self._key.thumbprint()

    def sign(self, claims: Mapping[str, str | int]) -> str:
        """A JWT in compact form, RS256 and nothing else."""
        header = {"alg": ALGORITHM, "kid": self.kid}
        return jwt.encode(header, dict(claims), self._key, algorithms=[ALGORITHM])

    def public_jwk(self, expires_at: dt.datetime) -> dict[str, str | int]:
        """One entry of a JWKS, as guide D (API Access Setup 1) prints it."""
        public = self._key.as_dict(private=False)
        return {
            "kty": "RSA",
            "e": str(public["e"]),
            "use": "sig",
            "kid": self.kid,
            "alg": ALGORITHM,
            "n": str(public["n"]),
            "exp": int(expires_at.timestamp()),
        }

    def pem(self) -> bytes:
        """The private half in plain text (PKCS#8), to be sealed at once."""
        return self._pair.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def __repr__(self) -> str:
        return "ProfileKey(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key travels sealed or not at all")


def make() -> ProfileKey:
    """A new pair; takes tenths of a second, so never inside a transaction."""
    return ProfileKey(rsa.generate_private_key(65537, BITS))


def load(pem: bytes, kid: str = "") -> ProfileKey:
    """`kid` as it was registered, else the thumbprint. Raises NotAProfileKey."""
    try:
        pair = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        # Not chained: the library's words may quote the file.
        raise NotAProfileKey("the stored profile key is damaged") from None
    if not isinstance(pair, rsa.RSAPrivateKey):
        raise NotAProfileKey("a profile key is an RSA key")
    return ProfileKey(pair, kid)


def jwks(
    keys: Iterable[tuple[ProfileKey, dt.datetime]], *, registered_at: dt.datetime
) -> str:
    """What is pasted into Client Connect: the public half of every key with its end.

    Two keys overlap while one replaces the other. Raises ValueError for an end that is
    past, or a year or more after the registration.
    """
    entries = []
    for key, expires_at in keys:
        if not registered_at < expires_at < registered_at + LONGEST:
            raise ValueError("a JWK ends within the year after its registration")
        entries.append(key.public_jwk(expires_at))
    return written(entries)


def written(entries: Iterable[Mapping[str, object]]) -> str:
    """A JWKS of stored public JWKs: these members, in guide D's order, and no other."""
    keys = [{name: entry[name] for name in MEMBERS} for entry in entries]
    return json.dumps({"keys": keys}, indent=2)

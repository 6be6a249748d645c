"""Small builders: a gateway's pair, a subscription, an independent way to open it."""

import base64
import json
from functools import cache
from typing import Any

from Crypto.Cipher import AES, PKCS1_v1_5
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fini import envelope, profile_keys

NOW_MS = 1_709_276_652_345
PERSON = {
    "idType": "1",
    "idCountryJurisdiction": "HKG",
    "idNum": "A123456(3)",
    "fullNameEng": "CHAN TAI MAN",
    "fullNameChi": "陳大文",
}


@cache
def gateway() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def profile_key(name: str) -> profile_keys.ProfileKey:
    """The same pair for the same name, since making one takes a while."""
    return profile_keys.make()


def gateway_pem() -> bytes:
    return gateway().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def payload(records: int = 1) -> dict[str, Any]:
    return {"data": [record(str(number)) for number in range(records)]}


def record(request_id: str) -> dict[str, Any]:
    return {
        "requestID": request_id,
        "ipoID": "1234",
        "idList": [dict(PERSON)],
        "appQuantity": "1000",
        "firmID": "00000",
        "ownRef": f"CL-240301-{request_id}",
    }


def sealed(records: int = 1) -> envelope.Sealed:
    return seal(
        payload(records),
        gateway().public_key(),
        request_id=envelope.new_request_id(),
        timestamp_ms=NOW_MS,
    )


def seal(
    payload: dict[str, Any],
    gateway_key: rsa.RSAPublicKey,
    *,
    request_id: str,
    timestamp_ms: int,
) -> envelope.Sealed:
    """Both steps at once."""
    covered = envelope.cover(payload, gateway_key)
    return envelope.signed(covered, request_id=request_id, timestamp_ms=timestamp_ms)


def unwrapped(request: envelope.Sealed) -> tuple[bytes, bytes]:
    """Data key and IV, by pycryptodome."""
    wrapped = base64.b64decode(request.headers["X-FINI-ENCRYPTED-KEY"])
    opened = PKCS1_v1_5.new(RSA.import_key(gateway_pem())).decrypt(wrapped, b"")
    key, iv = opened.split(b"#")
    return base64.b64decode(key), base64.b64decode(iv)


def opened(marked: str, key: bytes, iv: bytes) -> str:
    """One field, its tag verified, by pycryptodome."""
    sealed = base64.b64decode(marked.removeprefix("%enc_%"))
    cipher = AES.new(key, AES.MODE_GCM, nonce=iv)
    return cipher.decrypt_and_verify(sealed[:-16], sealed[-16:]).decode()


def people(request: envelope.Sealed) -> list[dict[str, str]]:
    """As they stand in the body."""
    return [entry["idList"][0] for entry in json.loads(request.body)["data"]]

"""The end-to-end envelope of subscription calls (End-to-end Encryption 2 and 3)."""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.gateway.gatewaykey import GatewayKey
from sandbox.gateway.gcm import FieldCipher
from sandbox.gateway.wire import Failed, bad_request
from sandbox.web import Request

FIELDS = (
    *("idType", "idCountryJurisdiction", "idNum"),
    *("fullNameEng", "fullNameChi"),
)
_ENCRYPTED = frozenset(FIELDS)
PREFIX = "%enc_%"
_REQUEST_ID = re.compile(r"[0-9A-Fa-f]{32}")
_TIMESTAMP = re.compile(r"[0-9]{1,16}")
_KEY_BYTES, _IV_BYTES = 32, 12


@dataclass(frozen=True)
class Seal:
    """The headers of one request, read but not proved."""

    encrypted_key: str
    request_id: str
    timestamp: str
    signature: str


class Envelope:
    """An envelope that held: opens the fields of the request, seals the answer's."""

    def __init__(self, request_id: str, cipher: FieldCipher) -> None:
        self.request_id = request_id
        self._cipher = cipher
        self.opened = cache(self._opened)  # the kind and country of IDs repeat

    def seal(self, text: str) -> str:
        """A field of the answer, under the request's key and IV (assumed)."""
        sealed = self._cipher.seal(text.encode())
        return PREFIX + base64.b64encode(sealed).decode()

    def _opened(self, value: str) -> str:
        """A field's text; raises Failed."""
        if not value.startswith(PREFIX):
            raise bad_request("411010", "A field that must be encrypted is not.")
        try:
            sealed = base64.b64decode(value[len(PREFIX) :], validate=True)
        except ValueError:
            raise bad_request("411010", "A cipher text is not base64.") from None
        try:
            return self._cipher.open(sealed).decode()
        except ValueError:
            raise bad_request("411011", "A field cannot be decrypted.") from None


def open_envelope(
    request: Request, key: GatewayKey, now_ms: int, window_ms: int
) -> Envelope:
    """Prove the headers and the signature over the body's bytes; raises Failed.

    Whether the request id is new is for whoever knows those before.
    """
    seal = _read(request.headers)
    if abs(int(seal.timestamp) - now_ms) > window_ms:
        raise bad_request("411004", "X-FINI-TIMESTAMP has expired.")
    secret = _unwrapped(seal.encrypted_key, key)
    if secret is None:
        raise bad_request(
            "411007", "X-FINI-ENCRYPTED-KEY is not under the gateway's public key."
        )
    signed = request.body + f"{seal.request_id}{seal.timestamp}".encode()
    signature = hmac.digest(secret[0], signed, "sha256").hex()
    if not hmac.compare_digest(signature.encode(), seal.signature.encode()):
        raise bad_request("411008", "X-FINI-SIGNATURE is not that of this request.")
    return Envelope(seal.request_id.lower(), FieldCipher(*secret))


def check_plain(entry: dict[str, Any]) -> None:
    """Raise Failed where a field is encrypted that is none of the five (E2E)."""
    for name in entry.keys() - _ENCRYPTED:
        value = entry[name]
        if isinstance(value, str) and value.startswith(PREFIX):
            raise bad_request("411009", "A field is encrypted that must not be.")


def _read(headers: dict[str, str]) -> Seal:
    request_id = headers.get("x-fini-request-id", "")
    if not _REQUEST_ID.fullmatch(request_id):
        raise bad_request(
            "411001", "X-FINI-REQUEST-ID is missing or no GUID without hyphens."
        )
    timestamp = headers.get("x-fini-timestamp", "")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise bad_request("411003", "X-FINI-TIMESTAMP is missing or no number.")
    if not (signature := headers.get("x-fini-signature", "")):
        raise bad_request("411005", "X-FINI-SIGNATURE is missing.")
    if not (encrypted_key := headers.get("x-fini-encrypted-key", "")):
        raise bad_request("411006", "X-FINI-ENCRYPTED-KEY is missing.")
    if headers.get("x-fini-encryption-client") != "YES":
        raise bad_request("411999", "X-FINI-ENCRYPTION-CLIENT must be YES.")
    return Seal(encrypted_key, request_id, timestamp, signature)


def _unwrapped(encrypted_key: str, key: GatewayKey) -> tuple[bytes, bytes] | None:
    """Key and IV out of base64(key)#base64(IV); None when it is nothing such."""
    try:
        wrapped = base64.b64decode(encrypted_key, validate=True)
        left, hash_sign, right = (key.unwrap(wrapped) or b"").partition(b"#")
        secret, iv = (base64.b64decode(one, validate=True) for one in (left, right))
    except (ValueError, binascii.Error):
        return None
    fits = hash_sign and (len(secret), len(iv)) == (_KEY_BYTES, _IV_BYTES)
    return (secret, iv) if fits else None


def duplicate() -> Failed:
    """The request id was used before."""
    return bad_request("411002", "X-FINI-REQUEST-ID was used before.")

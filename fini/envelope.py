"""The envelope of an encrypted FINI request: fresh keys, five fields, one signature.

Guide D, End-to-end Encryption 2 and 3, read as notes.md proves it: the HMAC is over the
whole body, so the body is serialised once, and those bytes are signed and sent.
"""

import base64
import binascii
import hmac
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fini import names
from fini.errors import AnswerNotOpened

KEY_SIZE, IV_SIZE, TAG_SIZE = 32, 12, 16


class DataKey:
    """The AES key and IV of one request; shows nothing and refuses to be pickled."""

    __slots__ = ("_cipher", "iv", "key")

    def __init__(self, key: bytes, iv: bytes) -> None:
        if len(key) != KEY_SIZE or len(iv) != IV_SIZE:
            raise ValueError("a data key has 32 bytes and an IV 12")
        self.key, self.iv = key, iv
        self._cipher = AESGCM(key)

    def encrypt(self, text: str) -> str:
        sealed = self._cipher.encrypt(self.iv, text.encode(), None)
        return (
            names.ENCRYPTED_MARK + binascii.b2a_base64(sealed, newline=False).decode()
        )

    def decrypt(self, marked: str) -> str:
        """Raises InvalidTag, or ValueError for what is not base64 or not text."""
        sealed = base64.b64decode(
            marked.removeprefix(names.ENCRYPTED_MARK), validate=True
        )
        return self._cipher.decrypt(self.iv, sealed, None).decode()

    def __repr__(self) -> str:
        return "DataKey(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key lives here, as long as its request")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A request as it goes out: these bytes, these headers. `data_key` opens its
    answer and is for nothing else."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    request_id: str
    data_key: DataKey


def new_request_id() -> str:
    """A GUID without hyphens, new for every request; stored before the call."""
    return uuid.uuid4().hex


def new_pair() -> DataKey:
    """From the system's generator. One IV serves all fields of a request, so a pair
    used for two requests would give both away: seal() draws one each time."""
    drawn = os.urandom(KEY_SIZE + IV_SIZE)
    return DataKey(drawn[:KEY_SIZE], drawn[KEY_SIZE:])


def seal(
    payload: Mapping[str, object],
    gateway_key: rsa.RSAPublicKey,
    *,
    request_id: str,
    timestamp_ms: int,
) -> Sealed:
    """Encrypt, serialise once and sign. `timestamp_ms` is in the gateway's time."""
    data_key = new_pair()
    body = serialise(_encrypted(dict(payload), data_key))
    timestamp = str(timestamp_ms)
    headers = {
        names.ENCRYPTED_KEY: wrap(data_key, gateway_key),
        names.REQUEST_ID_HEADER: request_id,
        names.TIMESTAMP_HEADER: timestamp,
        names.SIGNATURE: sign(data_key, body, request_id, timestamp),
        names.ENCRYPTION_CLIENT: "YES",
    }
    return Sealed(body, headers, request_id, data_key)


def serialise(payload: object) -> bytes:
    """Compact JSON in the order given, as UTF-8: the only bytes of a request."""
    text = json.dumps(
        payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def wrap(data_key: DataKey, gateway_key: rsa.RSAPublicKey) -> str:
    """`base64(key)#base64(IV)` under the gateway's key, RSA/None/PKCS1Padding."""
    pair = base64.b64encode(data_key.key) + b"#" + base64.b64encode(data_key.iv)
    return base64.b64encode(gateway_key.encrypt(pair, padding.PKCS1v15())).decode()


def sign(data_key: DataKey, body: bytes, request_id: str, timestamp: str) -> str:
    """Hex HMAC-SHA-256 of body, request id and timestamp with nothing between."""
    signed = hmac.new(data_key.key, body, "sha256")
    signed.update(request_id.encode() + timestamp.encode())
    return signed.hexdigest()


def open_answer(tree: object, data_key: DataKey) -> object:
    """An answer's JSON with the five fields in clear, wherever they stand.

    Values without the mark stay as they came. Raises AnswerNotOpened. Which key FINI
    encrypts answers with is not printed; the request's own is assumed, here alone.
    """
    if isinstance(tree, list):
        return [open_answer(item, data_key) for item in tree]
    if isinstance(tree, dict):
        return {name: _opened(name, item, data_key) for name, item in tree.items()}
    return tree


def _opened(name: str, value: object, data_key: DataKey) -> object:
    if name not in names.ENCRYPTED_FIELDS:
        return open_answer(value, data_key)
    if not isinstance(value, str) or not value.startswith(names.ENCRYPTED_MARK):
        return value
    try:
        return data_key.decrypt(value)
    except (InvalidTag, ValueError):
        # Not chained: what did not open may still be told by a traceback.
        raise AnswerNotOpened(
            "An encrypted field of FINI’s answer does not open. Nothing of the answer "
            "was used. Query again; if it happens again, run the connection test."
        ) from None


def _encrypted(tree: object, pair: DataKey) -> object:
    """Any other container than these three is refused by serialise()."""
    if isinstance(tree, dict):
        return {name: _covered(name, item, pair) for name, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [_encrypted(item, pair) for item in tree]
    return tree


def _covered(name: str, value: object, pair: DataKey) -> object:
    """A field of a person is text or null: anything else would go out in clear."""
    if name not in names.ENCRYPTED_FIELDS:
        return value if isinstance(value, str) else _encrypted(value, pair)
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} is text, or null")
    return pair.encrypt(value)

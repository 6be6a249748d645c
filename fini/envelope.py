"""The envelope of an encrypted FINI request: fresh keys, five fields, one signature.

Guide D, End-to-end Encryption 2 and 3, read as notes.md proves it: the HMAC is over the
whole body, so the body is serialised once, and those bytes are signed and sent.
"""

import base64
import binascii
import hmac
import math
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fini import names
from fini.errors import AnswerNotOpened

KEY_SIZE, IV_SIZE, TAG_SIZE = 32, 12, 16
A_CODE = 3  # characters of a type of ID or a country, of which a request has few


class DataKey:
    """The AES key and IV of one request; shows nothing and refuses to be pickled."""

    __slots__ = ("_cipher", "_codes", "iv", "key")

    def __init__(self, key: bytes, iv: bytes) -> None:
        if len(key) != KEY_SIZE or len(iv) != IV_SIZE:
            raise ValueError("a data key has 32 bytes and an IV 12")
        self.key, self.iv = key, iv
        self._cipher = AESGCM(key)
        self._codes: dict[str, str] = {}

    def encrypt(self, text: str) -> str:
        """A text is encrypted alike wherever it stands: codes once. A Chinese name is
        as short as they are."""
        if len(text) > A_CODE or not text.isascii():
            return self._encrypted(text)
        if text not in self._codes:
            self._codes[text] = self._encrypted(text)
        return self._codes[text]

    def _encrypted(self, text: str) -> str:
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


@dataclass(slots=True)
class Covered:
    """The body of one request with the five fields encrypted, and its key wrapped."""

    body: bytes = field(repr=False)
    encrypted_key: str = field(repr=False)
    data_key: DataKey
    is_spent: bool = False


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
    used for two requests would give both away: cover() draws one each time."""
    drawn = os.urandom(KEY_SIZE + IV_SIZE)
    return DataKey(drawn[:KEY_SIZE], drawn[KEY_SIZE:])


def cover(payload: Mapping[str, object], gateway_key: rsa.RSAPublicKey) -> Covered:
    """Encrypt, and serialise once: what may be done before the request's time has
    come."""
    data_key = new_pair()
    body = serialise(dict(payload), data_key)
    return Covered(body, wrap(data_key, gateway_key), data_key)


def signed(covered: Covered, *, request_id: str, timestamp_ms: int) -> Sealed:
    """With the request's id and time, in milliseconds of the gateway's clock. Raises
    RuntimeError the second time: a data key is for one request."""
    if covered.is_spent:
        raise RuntimeError("this body was made for one request, and that has it")
    covered.is_spent = True
    timestamp = str(timestamp_ms)
    headers = {
        names.ENCRYPTED_KEY: covered.encrypted_key,
        names.REQUEST_ID_HEADER: request_id,
        names.TIMESTAMP_HEADER: timestamp,
        names.SIGNATURE: sign(covered.data_key, covered.body, request_id, timestamp),
        names.ENCRYPTION_CLIENT: "YES",
    }
    return Sealed(covered.body, headers, request_id, covered.data_key)


def serialise(payload: object, pair: DataKey | None = None) -> bytes:
    """Compact JSON in the order given, as UTF-8: the only bytes of a request. With
    `pair`, the five fields are encrypted under it, wherever they stand.

    Raises TypeError for what is not plain JSON, and ValueError for a number that JSON
    does not know.
    """
    return orjson.dumps(_plain(payload, pair))


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


def _plain(tree: object, pair: DataKey | None) -> object:
    """What orjson writes as it stands, people encrypted; it would write more than that,
    and what is in it in clear."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict):
        return {
            name: _plain(item, pair)
            if name not in names.ENCRYPTED_FIELDS
            else _encrypted(name, item, pair)
            for name, item in tree.items()
        }
    if isinstance(tree, list | tuple):
        return [_plain(item, pair) for item in tree]
    if isinstance(tree, float) and not math.isfinite(tree):
        raise ValueError("JSON has no such number")
    if tree is None or isinstance(tree, int | float):  # a bool is an int
        return tree
    raise TypeError(f"{type(tree).__name__} is not JSON serializable")


def _encrypted(name: str, value: object, pair: DataKey | None) -> object:
    """A field of a person is text or null: anything else would go out in clear."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} is text, or null")
    return pair.encrypt(value) if pair is not None else value

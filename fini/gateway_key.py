"""The gateway's public key, as crypto meta gives it: base64 of a DER RSA key."""

import base64
import binascii

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from fini.errors import GatewayKeyUnfit

MIN_BITS = 2048
LIMIT = 8_192  # characters; a 2048-bit key takes 392


def load(text: str) -> rsa.RSAPublicKey:
    """Loaded once, used for many requests. Raises GatewayKeyUnfit."""
    if len(text) > LIMIT:
        raise _unfit()
    try:
        found = load_der_public_key(base64.b64decode("".join(text.split())))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise _unfit() from None
    if not isinstance(found, rsa.RSAPublicKey) or found.key_size < MIN_BITS:
        raise _unfit()
    return found


def _unfit() -> GatewayKeyUnfit:
    return GatewayKeyUnfit(
        "FINI’s crypto meta gave no RSA key of 2048 bits or more. Nothing can be "
        "encrypted for it, and nothing was sent. Try the connection test; if it says "
        "the same, ask HKEX."
    )

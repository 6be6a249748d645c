"""The gateway's own RSA key: the public half in crypto meta, the private unwraps."""

import base64
from pathlib import Path

from Crypto.Cipher import PKCS1_v1_5
from Crypto.PublicKey import RSA

from sandbox.gateway.founding import new_private_key


class GatewayKey:
    """key.pem in the gateway's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._load((folder / "key.pem").read_text())

    def replace(self) -> None:
        """Another key from now on: what the old one wrapped is refused (411007)."""
        self._load(new_private_key(self._folder))

    def unwrap(self, wrapped: bytes) -> bytes | None:
        """What PKCS#1 v1.5 took in; None when it was not under this key."""
        if len(wrapped) != self._key.size_in_bytes():
            return None
        opened: bytes = PKCS1_v1_5.new(self._key).decrypt(wrapped, b"")
        return opened or None

    def _load(self, pem: str) -> None:
        self._key = RSA.import_key(pem)
        der = self._key.public_key().export_key("DER")
        self.public = base64.b64encode(der).decode()  # SubjectPublicKeyInfo (E2E 1)

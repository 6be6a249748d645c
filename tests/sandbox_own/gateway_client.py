"""A FINI client of the tests' own, on cryptography and joserfc, from the deck."""

import base64
import http.client
import json
import secrets
import ssl
import time
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.inthread import SandboxThread

COMPANY = "CP00010"
ISSUER = "https://portal.example.com/agent"
MACHINE = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"
FIRM = "00000"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EVERYTHING = ("EU_finiIPORefDataAPI", "EU_finiPOSubAPI", "EU_finiPOFundAPI")
DAY = 86_400
PERSON = {
    "idType": "1",
    "idCountryJurisdiction": "HKG",
    "idNum": "A123456(3)",
    "fullNameEng": "Chan Tai Man",
    "fullNameChi": "陳大文",
}
Answer = tuple[int, Any]


@cache
def key_of(name: str) -> RSAKey:
    """A key pair, made once a name."""
    return RSAKey.generate_key(2048)


def jwks(*names: str, now: float | None = None, **changed: Any) -> dict[str, Any]:
    """The public keys of these names as Client Connect wants them."""
    exp = int((now or time.time()) + 300 * DAY)
    fixed = {"use": "sig", "alg": "RS256", "exp": exp}
    return {
        "keys": [
            {**key_of(name).as_dict(private=False), **fixed, "kid": name, **changed}
            for name in names
        ]
    }


def company(**changed: Any) -> dict[str, Any]:
    """The fields of a registration."""
    return {
        "company_id": COMPANY,
        "agent_issuer": ISSUER,
        "machine_uuid": MACHINE,
        "agent_jwks": jwks("agent"),
        "machine_jwks": jwks("machine"),
        "entitlements": list(EVERYTHING),
        "firm_ids": [FIRM],
        **changed,
    }


class FiniClient:
    """One kept-alive connection; `gateway` as SandboxThread has it."""

    def __init__(self, gateway: dict[str, str]) -> None:
        self.gateway = gateway
        self.aud = gateway["aud"]
        self.token = ""
        self.public_key = ""
        context = ssl.create_default_context(cafile=gateway["ca"])
        netloc = urlsplit(gateway["url"]).netloc
        self.line = http.client.HTTPSConnection(netloc, timeout=10, context=context)

    def close(self) -> None:
        self.line.close()

    def now(self) -> float:
        return time.time()

    def send(
        self, method: str, target: str, body: bytes | None = None, /, **headers: str
    ) -> Answer:
        """Status, and JSON where it is some."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.line.request(method, target, body, named)
        answer = self.line.getresponse()
        raw = answer.read()
        is_json = answer.getheader("Content-Type", "").startswith("application/json")
        return answer.status, json.loads(raw) if is_json else raw

    def assertion(self, profile: str, **changed: Any) -> str:
        """Signed by agent or machine; `changed` claims, or `key` (a name), `header`."""
        is_agent = profile == "agent"
        key = key_of(changed.pop("key", profile))
        header = changed.pop("header", {"alg": "RS256", "kid": profile})
        claims = {
            "aud": self.aud,
            "iss": ISSUER if is_agent else MACHINE,
            "sub": COMPANY if is_agent else MACHINE,
            "exp": int(self.now()) + 300,
            **changed,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, kept, key, algorithms=["RS256", "RS512"])

    def form(self, **changed: str) -> dict[str, str]:
        """The fields of a token request."""
        fields = {
            "grant_type": GRANT,
            "client_assertion_type": CLIENT_ASSERTION,
            "assertion": changed.pop("assertion", None) or self.assertion("agent"),
            "client_assertion": changed.pop("client_assertion", None)
            or self.assertion("machine"),
        }
        return fields | changed

    def ask_token(self, **changed: str) -> Answer:
        body = urlencode(self.form(**changed)).encode()
        kind = "application/x-www-form-urlencoded"
        path = self.gateway["token_path"]
        return self.send("POST", path, body, Content_Type=kind)

    def sign_in(self) -> Self:
        """With a token and the gateway's public key."""
        status, answer = self.ask_token()
        assert status == 200, answer
        self.token = answer["access_token"]
        self.public_key = self.get("/api/crypto/meta")[1]["data"]["publicKey"]
        return self

    def get(self, target: str) -> Answer:
        return self.send("GET", target, Authorization=f"Bearer {self.token}")

    def post(self, path: str, payload: Any, **headers: str) -> Answer:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Content_Type": "application/json",
            **headers,
        }
        return self.send("POST", path, body, **sent)

    def sealed(self, name: str, payload: Any, seal: "Seal | None" = None) -> Answer:
        """A call of eipo/subscriptions/<name>, its envelope right unless given."""
        seal = seal or self.seal()
        body = payload if isinstance(payload, bytes) else dumped(payload)
        path = f"/api/eipo/subscriptions/{name}/v1"
        return self.post(path, body, **seal.headers(body))

    def seal(self, **changed: Any) -> "Seal":
        return Seal(self.public_key, int(self.now() * 1000), **changed)

    def add(self, *refs: str, **changed: Any) -> Answer:
        """One record for each ownRef."""
        seal = self.seal()
        entries = [record(ref, seal, **changed) for ref in refs]
        return self.sealed("add", {"data": entries}, seal)


class GatewayClient(FiniClient):
    """By the clock of a sandbox in a thread."""

    def __init__(self, sandbox: SandboxThread) -> None:
        self.sandbox = sandbox
        super().__init__(sandbox.gateway)

    def now(self) -> float:
        return self.sandbox.exchange.clock.now().timestamp()


class Seal:
    """Key and IV of one request, and its headers."""

    def __init__(
        self,
        public_key: str,
        timestamp: int,
        request_id: str | None = None,
        key: bytes | None = None,
        iv: bytes | None = None,
    ) -> None:
        self.key = key or secrets.token_bytes(32)
        self.iv = iv or secrets.token_bytes(12)
        self.request_id = request_id or uuid.uuid4().hex
        self.timestamp = str(timestamp)
        self.public_key = public_key

    def encrypt(self, text: str) -> str:
        sealed = AESGCM(self.key).encrypt(self.iv, text.encode(), None)
        return "%enc_%" + base64.b64encode(sealed).decode()

    def decrypt(self, value: str) -> str:
        sealed = base64.b64decode(value.removeprefix("%enc_%"))
        return AESGCM(self.key).decrypt(self.iv, sealed, None).decode()

    def encrypted_key(self) -> str:
        public = serialization.load_der_public_key(base64.b64decode(self.public_key))
        assert isinstance(public, RSAPublicKey)
        secret = b"#".join(base64.b64encode(one) for one in (self.key, self.iv))
        return base64.b64encode(public.encrypt(secret, padding.PKCS1v15())).decode()

    def headers(self, body: bytes) -> dict[str, str]:
        mac = hmac.HMAC(self.key, hashes.SHA256())
        mac.update(body + f"{self.request_id}{self.timestamp}".encode())
        return {
            "X_FINI_ENCRYPTED_KEY": self.encrypted_key(),
            "X_FINI_REQUEST_ID": self.request_id,
            "X_FINI_TIMESTAMP": self.timestamp,
            "X_FINI_SIGNATURE": mac.finalize().hex(),
            "X_FINI_ENCRYPTION_CLIENT": "YES",
        }


def record(ref: str, seal: Seal, **changed: Any) -> dict[str, Any]:
    """An entry of add."""
    return {
        "requestID": "1",
        "ipoID": "1234",
        "idList": [person(seal)],
        "appQuantity": "1000",
        "firmID": FIRM,
        "ownRef": ref,
        **changed,
    }


def person(seal: Seal, **changed: str) -> dict[str, str]:
    return {name: seal.encrypt(text) for name, text in {**PERSON, **changed}.items()}


def dumped(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def refs(number: int, start: int = 0) -> Iterable[str]:
    return (f"ref-{start + one:05d}" for one in range(number))


def hand_made(header: dict[str, Any], claims: str) -> str:
    """Head and claims of a JWT, the signature left to the caller."""
    return f"{base64url(dumped(header))}.{claims}."


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

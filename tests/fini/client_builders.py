"""A client with clocks that a test moves, and a FINI of a few lines on real TLS."""

import base64
import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fini import calls, names
from fini.assertions import Applicant
from fini.calls import Call
from fini.client import Client
from fini.envelope import new_request_id
from fini.gateways import Gateway
from fini.line import Patience
from fini.seams import Slot
from fini.wire.access import CryptoMeta
from portal.exchange.errors import ExchangeError
from tests.fini import builders
from tests.fini.tls_server import (
    META_PATH,
    TOKEN_PATH,
    Reply,
    Request,
    Server,
    ca_file,
    written,
)

ADD = Call("POST", names.SUBSCRIPTIONS_ADD, payload=builders.payload())
IPOS = calls.ipo_list()
BEGIN = dt.datetime(2026, 3, 6, 4, 0, tzinfo=dt.UTC)


class Fini(Server):
    """Tokens that live 30 s by `now`, crypto meta, and empty answers to the rest."""

    def __init__(self) -> None:
        super().__init__()
        # Seconds since the epoch.
        self.now: Callable[[], float] = BEGIN.timestamp
        self.key = builders.gateway()
        self.tokens: dict[str, float] = {}
        self.expired_sent = 0

    def reply(self, request: Request) -> Reply:
        if request.path == TOKEN_PATH:
            return self.token(request)
        if not self.knows(request.token):
            return written(401, code="401")
        return self.meta() if request.path == META_PATH else self.call(request)

    def token(self, request: Request) -> Reply:
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = self.now() + 30
        return written(access_token=token, expires_in=30)

    def knows(self, token: str) -> bool:
        is_over = self.tokens.get(token, 0.0) <= self.now()
        self.expired_sent += token in self.tokens and is_over
        return not is_over

    def meta(self) -> Reply:
        found = {
            "publicKey": der(self.key),
            "serverTimestamp": int(self.now() * 1000),
        }
        return written(data=found)

    def call(self, request: Request) -> Reply:
        return written(data=[])


def der(key: rsa.RSAPrivateKey) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(public).decode()


class Moved:
    """Seams whose clocks move when a test or a pause moves them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []
        self.slots: list[str] = []
        self.ends: list[int | None] = []
        self.metas: list[tuple[str, int]] = []
        self.signers: list[tuple[str, str]] = []
        self.heard: list[str] = []
        self._line = threading.Lock()

    def move(self, seconds: float) -> None:
        with self._line:
            self.seconds += seconds

    def now(self) -> dt.datetime:
        return BEGIN + dt.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.move(seconds)

    def slot(self, path: str) -> Slot | None:
        self.slots.append(path)
        return Slot(uuid.uuid4(), self.now())

    def age(self, slot: Slot) -> float:
        return (self.now() - slot.at).total_seconds()

    def ended(self, slot: Slot, status: int | None, milliseconds: int) -> None:
        self.ends.append(status)

    def meta_changed(self, meta: CryptoMeta, clock_offset_ms: int) -> None:
        self.metas.append((meta.public_key, clock_offset_ms))

    def let_in(self, applicant: Applicant) -> None:
        self.signers.append((applicant.agent_key.kid, applicant.machine_key.kid))

    def reached(self) -> None:
        self.heard.append("reached")

    def unreachable(self, sentence: str) -> None:
        self.heard.append(sentence)


def applicant(agent: str = "agent", machine: str = "machine") -> Applicant:
    return Applicant(
        audience="https://fini.example/token",
        agent_issuer="harbour-portal",
        company_id="HARBOUR01",
        machine_uuid="ec1a3544-aca1-4adf-9d7a-9d82a4a597ad",
        agent_key=builders.profile_key(agent),
        machine_key=builders.profile_key(machine),
    )


def client(server: Server, seams: Moved, *applicants: Applicant, **more: Any) -> Client:
    """Quick to give up; `fields` of the gateway, and what else the client takes."""
    fields = more.pop("fields", {})
    gateway = Gateway(
        environment="sandbox",
        base_url=server.url,
        audience="https://fini.example/token",
        ca_file=ca_file(),
        **fields,
    )
    asking = applicants or [applicant()]
    return Client(gateway, asking, seams, patience=Patience(2.0, 2.0, 4.0), **more)


def send(to: Client, call: Call = ADD) -> None:
    to.send(to.prepare(call, new_request_id()))


def failure(work: Callable[[], object]) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        work()
    return caught.value

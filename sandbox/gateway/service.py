"""The gateway itself: what becomes of a request, from the token to the answer."""

import asyncio
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sandbox.gateway import enquiry, funding, ipos, subscriptions, trouble
from sandbox.gateway.budget import Budget
from sandbox.gateway.calls import Call
from sandbox.gateway.companies import (
    FUNDING,
    REFERENCE,
    SUBSCRIPTION,
    Company,
    spelt_out,
)
from sandbox.gateway.envelope import Envelope, duplicate, open_envelope
from sandbox.gateway.faults import Faults
from sandbox.gateway.founding import TOKEN_PATH
from sandbox.gateway.gatewaykey import GatewayKey
from sandbox.gateway.seeds import seed_fundings, seed_ipos
from sandbox.gateway.store import Store
from sandbox.gateway.tokens import NoToken, Tokens
from sandbox.gateway.wire import Failed, Reply, dumped
from sandbox.hktime import Clock
from sandbox.settings import Settings
from sandbox.web import Request

META_PATH = "/api/crypto/meta"
_REMEMBERED = timedelta(days=2)


@dataclass(frozen=True)
class Endpoint:
    """One of the eight (Requests 1)."""

    method: str
    entitlement: str
    answer: Callable[[Call], dict[str, Any]]
    is_sealed: bool = False


ENDPOINTS = {
    "/api/ipos/list/v1": Endpoint("GET", REFERENCE, ipos.ipo_list),
    "/api/ipos/refdata/v1": Endpoint("GET", REFERENCE, ipos.refdata),
    **{
        f"/api/eipo/subscriptions/{name}/v1": Endpoint(
            "POST", SUBSCRIPTION, answer, is_sealed=True
        )
        for name, answer in (
            ("add", subscriptions.add),
            ("change", subscriptions.change),
            ("invalidate", subscriptions.invalidate),
            ("query", enquiry.query),
        )
    },
    "/api/eipo/funding/query/v1": Endpoint("POST", FUNDING, funding.query),
    "/api/eipo/funding/confirm/v1": Endpoint("POST", FUNDING, funding.confirm),
}
PATHS = (TOKEN_PATH, META_PATH, *ENDPOINTS)


class Gateway:
    """Answers requests; who listens is the line's business."""

    def __init__(
        self, folder: Path, clock: Clock, settings: Settings, audience: str
    ) -> None:
        self._clock = clock
        self._settings = settings
        self.audience = audience
        self.key = GatewayKey(folder)
        self.store = Store(folder)
        self.faults = Faults()
        self.tokens = Tokens(self.store.company, lambda: self.now().timestamp())
        self.budget = Budget(
            settings.gateway_company_limit, settings.gateway_machine_limit
        )
        self.calls: Counter[tuple[str, str]] = Counter()
        self.defects: list[str] = []
        seed_ipos(self.store, clock.now())
        self.store.forget_requests(time.time() - _REMEMBERED.total_seconds())

    def now(self) -> datetime:
        """The gateway's own clock: the exchange's, and what `skew` adds."""
        skew = self.faults.peek("skew")
        ahead = skew.params["milliseconds"] if skew else 0
        return self._clock.now() + timedelta(milliseconds=ahead)

    def register(self, wanted: dict[str, Any]) -> Company:
        """A company with its profiles; a bank's funding lists come with it."""
        return _registered(self.store, wanted, self._clock.now())

    def stop(self) -> None:
        """Release the files."""
        self.store.close()

    async def answer(self, request: Request) -> Reply:
        """A request's answer, as bad as the switches want it."""
        path = request.path if request.path in PATHS else "other"
        delay = self.faults.take("slow", request.path)
        if delay and delay.params.get("stage") != "after":
            await asyncio.sleep(delay.params["seconds"])
        reply = trouble.instead(self.faults, request.path)
        if reply is None:
            reply = trouble.spoilt(self.faults, request.path, self._answered(request))
        if delay and delay.params.get("stage") == "after":
            await asyncio.sleep(delay.params["seconds"])
        is_cut = reply.ending in ("nothing", "half")
        shown = "cut" if is_cut else str(reply.status.value)
        self.calls[path, shown] += 1
        return reply

    def _answered(self, request: Request) -> Reply:
        try:
            if request.path == TOKEN_PATH:
                return self._token(request)
            return self._call(request)
        except Failed as failed:
            return failed.reply(self.now())
        except NoToken as refused:
            return refused.reply()
        except Exception as exc:  # noqa: BLE001 (a defect of ours is counted, and a client still gets an answer)
            self.defects.append(_place(exc))
            return Failed(HTTPStatus.INTERNAL_SERVER_ERROR).reply(self.now())

    def _token(self, request: Request) -> Reply:
        if request.method != "POST":
            raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, Allow="POST")
        return self.tokens.issue(request, self.audience)

    def _call(self, request: Request) -> Reply:
        if not request.path.startswith("/api/"):
            raise Failed(HTTPStatus.NOT_FOUND)
        if self.faults.take("refuse_tokens", request.path):
            raise Failed(HTTPStatus.UNAUTHORIZED, WWW_Authenticate="Bearer")
        grant = self.tokens.grant_of(request)
        self.budget.spend(grant.company_id, grant.machine_uuid, time.monotonic())
        if request.path == META_PATH:
            return self._meta(request.method)
        endpoint = ENDPOINTS.get(request.path)
        if endpoint is None:
            raise Failed(HTTPStatus.NOT_FOUND)
        if request.method != endpoint.method:
            raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, Allow=endpoint.method)
        company = self.store.company(grant.company_id)
        if company is None or endpoint.entitlement not in company.entitlements:
            raise Failed(
                HTTPStatus.FORBIDDEN, "", f"{endpoint.entitlement} is not granted."
            )
        return self._at(endpoint, request, company)

    def _meta(self, method: str) -> Reply:
        """The public key and the gateway's time in milliseconds (E2E 1).

        GET is assumed; the printed curl, with its -d, would send a POST.
        """
        if method not in ("GET", "POST"):
            raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, POST")
        now = int(self.now().timestamp() * 1000)
        told = {"publicKey": self.key.public, "serverTimestamp": now}
        return Reply(dumped({"code": "0", "message": "", "data": told}))

    def _at(self, endpoint: Endpoint, request: Request, company: Company) -> Reply:
        now = self.now()
        envelope: Envelope | None = None
        if endpoint.is_sealed:
            window = self._settings.gateway_timestamp_seconds * 1000
            now_ms = int(now.timestamp() * 1000)
            envelope = open_envelope(request, self.key, now_ms, window)
        with self.store.transaction():
            if envelope and not self.store.remember(
                company.company_id, envelope.request_id, time.time()
            ):
                raise duplicate()
            call = Call(
                request, company, now, self.store, self.faults, self._settings, envelope
            )
            answer = endpoint.answer(call)
        return Reply(dumped(answer))


def _place(exc: Exception) -> str:
    """Where a defect is, without any value of the request; stderr has it too."""
    frame = traceback.extract_tb(exc.__traceback__)[-1]
    told = f"{type(exc).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    sys.stderr.write(f"The gateway failed: {told}\n")
    return told


def register_company(state: Path, wanted: dict[str, Any]) -> Company:
    """At a gateway that does not run; raises SandboxError."""
    store = Store(state / "gateway")
    try:
        return _registered(store, spelt_out(wanted), Clock(state).now())
    finally:
        store.close()


def _registered(store: Store, wanted: dict[str, Any], now: datetime) -> Company:
    company = store.register(wanted, now)
    if FUNDING in company.entitlements:
        seed_fundings(store, company.company_id, now)
    return company

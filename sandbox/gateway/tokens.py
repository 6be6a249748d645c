"""Access tokens of 30 seconds (API Access Setup 3)."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from sandbox.gateway.assertions import Assertion, Unacceptable, parse_assertion
from sandbox.gateway.companies import Company
from sandbox.gateway.wire import Failed, Reply
from sandbox.web import Request

LIFE = 30
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# RFC 7523's, the curl's on the slide, and that of the note on the same slide.
CLIENT_ASSERTIONS = (
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "urn:ietf:params:oauth:assertion-type:jwt-bearer",
    GRANT,
)
_FIELDS = ("grant_type", "assertion", "client_assertion_type", "client_assertion")


class NoToken(Exception):
    """Refused with an error of RFC 6749 §5.2."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error

    def reply(self) -> Reply:
        """As OAuth writes it."""
        is_client = self.error == "invalid_client"
        status = HTTPStatus.UNAUTHORIZED if is_client else HTTPStatus.BAD_REQUEST
        shown = {"error": self.error, "error_description": str(self)}
        return Reply(json.dumps(shown).encode(), status)


@dataclass(frozen=True)
class Grant:
    """What a token stands for; it ends by the gateway's clock and by the real one."""

    company_id: str
    machine_uuid: str
    expires_at: float
    real_end: float

    def is_over(self, at: float, real: float) -> bool:
        """Whether either clock has reached its end; a clock set back gains nothing."""
        return at >= self.expires_at or real >= self.real_end


class Tokens:
    """Those that were issued since the start; a restart forgets them all."""

    def __init__(self, find: Callable[[str], Company | None], now: Callable[[], float]):
        self._find = find
        self._now = now
        self._grants: dict[str, Grant] = {}
        self.issued = 0
        self.expired_seen = 0

    def issue(self, request: Request, audience: str) -> Reply:
        """The answer to a token request; raises NoToken."""
        fields = _fields(request)
        if fields["grant_type"] != GRANT:
            raise NoToken("unsupported_grant_type", f"grant_type must be {GRANT}.")
        if fields["client_assertion_type"] not in CLIENT_ASSERTIONS:
            raise NoToken("invalid_client", "Unknown client_assertion_type.")
        now = self._now()
        company = self._agent(fields["assertion"], audience, now)
        uuid = _machine(fields["client_assertion"], company, audience, now)
        answer = {
            "access_token": self._new(Grant(company.company_id, uuid, *_ends(now))),
            "token_type": "Bearer",
            "expires_in": LIFE,
            "scope": company.company_id,
        }
        return Reply(json.dumps(answer).encode())

    def grant_of(self, request: Request) -> Grant:
        """What the bearer token of a call stands for; raises Failed (401)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("The access token is missing.")
        grant = self._grants.get(token.strip())
        if grant is None:
            raise _unauthorized("The access token is unknown.")
        if grant.is_over(self._now(), time.monotonic()):
            self.expired_seen += 1
            raise _unauthorized("The access token has expired.")
        return grant

    def _agent(self, text: str, audience: str, now: float) -> Company:
        try:
            assertion = parse_assertion(text)
            company = self._find(assertion.claim("sub"))
            if company is None:
                raise Unacceptable("The sub claim names no Company ID.")
            issuer, subject = company.agent_issuer, company.company_id
            assertion.prove(company.agent_keys, now, audience, issuer, subject)
        except Unacceptable as exc:
            raise NoToken("invalid_grant", f"assertion: {exc}") from None
        return company

    def _new(self, grant: Grant) -> str:
        """A new token; those that ended more than an hour ago are forgotten."""
        gone = time.monotonic() - 3600
        self._grants = {t: g for t, g in self._grants.items() if g.real_end > gone}
        token = secrets.token_urlsafe(48)
        self._grants[token] = grant
        self.issued += 1
        return token


def _machine(text: str, company: Company, audience: str, now: float) -> str:
    """The UUID of the company's machine that signed; raises NoToken."""
    try:
        assertion: Assertion = parse_assertion(text)
        uuid = assertion.claim("iss")
        if uuid not in company.machines:
            raise Unacceptable("The iss claim is no machine profile of this company.")
        assertion.prove(company.machines[uuid], now, audience, uuid, uuid)
    except Unacceptable as exc:
        raise NoToken("invalid_client", f"client_assertion: {exc}") from None
    return uuid


def _fields(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NoToken("invalid_request", "Send application/x-www-form-urlencoded.")
    try:
        given = parse_qs(request.body.decode("ascii"), True, max_num_fields=20)
    except ValueError:
        raise NoToken("invalid_request", "The form cannot be read.") from None
    for name in _FIELDS:
        if len(given.get(name, [])) != 1 or not given[name][0]:
            raise NoToken("invalid_request", f"{name} must be given once.")
    return {name: given[name][0] for name in _FIELDS}


def _ends(now: float) -> tuple[float, float]:
    return now + LIFE, time.monotonic() + LIFE


def _unauthorized(sentence: str) -> Failed:
    return Failed(HTTPStatus.UNAUTHORIZED, "", sentence, WWW_Authenticate="Bearer")

"""Asking for a token: which keys sign, what a refusal says, and a clock that is off."""

import base64
import json
from urllib.parse import parse_qs

import pytest

from fini.access_tokens import NEWEST_AGAIN
from fini.errors import TokenNotGiven, TokenRefused
from portal.exchange.errors import ExchangeError
from tests.fini.builders import profile_key
from tests.fini.client_builders import BEGIN, Fini, Moved, applicant, client
from tests.fini.tls_server import Reply, Request, written

NEW = applicant("newer agent")
OLD = applicant()


def form(request: Request) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(request.body.decode()).items()}


def claims(assertion: str) -> dict[str, object]:
    payload = assertion.split(".")[1]
    padded = payload + "=" * (-len(payload) % 4)
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(padded))
    return found


def signer(request: Request) -> str:
    head = form(request)["assertion"].split(".")[0]
    found: str = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))[
        "kid"
    ]
    return found


class Registered(Fini):
    """Lets in who signs with one of `kids`."""

    kids: frozenset[str] = frozenset()

    def token(self, request: Request) -> Reply:
        if signer(request) in self.kids:
            return super().token(request)
        return written(400, error="invalid_grant", error_description="Unknown key.")


class KnowsTheOld(Registered):
    kids = frozenset({profile_key("agent").kid})


class KnowsTheNew(Registered):
    kids = frozenset({profile_key("newer agent").kid})


def signers(server: Fini) -> list[str]:
    names = {profile_key("agent").kid: "old", profile_key("newer agent").kid: "new"}
    return [names[signer(request)] for request in server.requests]


def failure(server: Fini, seams: Moved | None = None) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        client(server, seams or Moved(), NEW, OLD).sign_in()
    return caught.value


@pytest.mark.ledger("FINI-05/P")
def test_both_assertions_are_new_and_made_out_to_the_token_endpoint() -> None:
    with Fini() as fini:
        client(fini, Moved()).sign_in()
    sent = form(fini.requests[0])
    agent, machine = claims(sent["assertion"]), claims(sent["client_assertion"])
    assert agent["aud"] == machine["aud"] == "https://fini.example/token"
    assert (agent["iss"], agent["sub"]) == ("harbour-portal", "HARBOUR01")
    assert machine["iss"] == machine["sub"] == OLD.machine_uuid
    assert agent["exp"] == machine["exp"] == int(BEGIN.timestamp()) + 300


@pytest.mark.ledger("FINI-05/P")
def test_the_clock_difference_is_added_to_their_end() -> None:
    with Fini() as fini:
        client(fini, Moved(), clock_offset_ms=-60_000).sign_in()
    found = claims(form(fini.requests[0])["assertion"])
    assert found["exp"] == int(BEGIN.timestamp()) + 240


def test_the_newest_keys_sign_and_are_known_to_be_let_in() -> None:
    seams = Moved()
    with KnowsTheNew() as fini:
        client(fini, seams, NEW, OLD).sign_in()
    assert signers(fini) == ["new"]
    assert seams.signers == [(NEW.agent_key.kid, NEW.machine_key.kid)]


def test_keys_that_hkex_has_not_taken_yet_give_way_to_those_before() -> None:
    seams = Moved()
    with KnowsTheOld() as fini:
        fini.now = lambda: BEGIN.timestamp() + seams.seconds
        asking = client(fini, seams, NEW, OLD)
        asking.sign_in()
        seams.move(31)
        asking.sign_in()  # without asking for the new ones each time
        seams.move(NEWEST_AGAIN)
        asking.sign_in()
    assert signers(fini) == ["new", "old", "old", "new", "old"]
    assert {kid for kid, _ in seams.signers} == {OLD.agent_key.kid}


def test_when_nobody_is_let_in_the_newest_keys_refusal_is_told() -> None:
    with Registered() as fini:
        failed = failure(fini)
    assert isinstance(failed, TokenRefused)
    assert "invalid_grant: Unknown key." in failed.sentence
    assert "Client Connect" in failed.sentence
    assert signers(fini) == ["new", "old"]


class AnotherClock(Fini):
    """An hour ahead; refuses what is over by then, and says what time it is."""

    def token(self, request: Request) -> Reply:
        ends = claims(form(request)["assertion"])["exp"]
        if isinstance(ends, int) and ends > BEGIN.timestamp() + 3_600:
            return super().token(request)
        date = {"Date": "Fri, 06 Mar 2026 05:00:00 GMT"}
        return Reply(400, b'{"error":"invalid_grant"}', date)


@pytest.mark.ledger("FINI-07/P")
def test_a_clock_that_is_far_off_is_learned_from_the_refusal() -> None:
    with AnotherClock() as fini:
        asking = client(fini, Moved(), NEW, OLD)
        asking.sign_in()
    assert asking.clock_offset_ms == 3_600_000
    assert signers(fini) == ["new", "new"]


class OurClock(Fini):
    def token(self, request: Request) -> Reply:
        return Reply(400, b"{}", {"Date": "Fri, 06 Mar 2026 04:00:20 GMT"})


def test_a_clock_that_is_right_is_not_why() -> None:
    with OurClock() as fini:
        failure(fini)
    assert signers(fini) == ["new", "old"]


class SaysItBack(Fini):
    """What it was sent, in the words of its refusal."""

    def token(self, request: Request) -> Reply:
        sent = form(request)["assertion"]
        return written(400, error="bad", error_description=f"{sent} is bad")


def test_a_refusal_does_not_repeat_an_assertion() -> None:
    with SaysItBack() as fini:
        failed = failure(fini)
    assert "bad: … is bad" in failed.sentence
    assert "eyJ" not in failed.sentence


class Elsewhere(Fini):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply

    def token(self, request: Request) -> Reply:
        return self._reply


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>Sign in</html>"),
        Reply(200, b'{"token_type":"Bearer"}'),
        Reply(200, b'{"access_token":"a\\nb"}'),
        Reply(302, b"", {"Location": "/login"}),
        Reply(429, b""),
        Reply(503, b""),
    ],
)
def test_what_is_no_token_is_said_and_no_other_key_blamed(reply: Reply) -> None:
    with Elsewhere(reply) as fini:
        failed = failure(fini)
    assert isinstance(failed, TokenNotGiven)
    assert not isinstance(failed, TokenRefused)
    assert "nothing was sent" in failed.sentence
    assert len(fini.requests) == 1

"""The client against the sandbox's gateway, which was written apart from it."""

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fini import calls
from fini.assertions import Applicant
from fini.batches.records import Record
from fini.client import Client
from fini.envelope import new_request_id
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    GatewayUnreachable,
    TokenRefused,
    TooManyCalls,
)
from fini.gateways import Gateway
from fini.retries import PAUSES
from fini.wire.answers import Answer
from portal.exchange.errors import ExchangeError
from sandbox.inthread import SandboxThread
from tests.fini.builders import profile_key
from tests.fini.client_builders import Moved
from tests.sandbox_own.gateway_client import COMPANY, ISSUER, MACHINE, company

BLOCK = 60 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


class AtTheSandbox(Moved):
    """Its clocks are the sandbox's; a pause only counts."""

    def __init__(self, box: SandboxThread) -> None:
        super().__init__()
        self._box, self._first = box, box.exchange.clock.now()

    def now(self) -> dt.datetime:
        return self._box.exchange.clock.now()

    def monotonic(self) -> float:
        return (self.now() - self._first).total_seconds()

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def registration(box: SandboxThread, *agents: str) -> dict[str, Any]:
    ends = box.exchange.clock.now() + dt.timedelta(days=300)

    def jwks(*keys: str) -> dict[str, Any]:
        return {"keys": [profile_key(key).public_jwk(ends) for key in keys]}

    return company(agent_jwks=jwks(*agents), machine_jwks=jwks("machine"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxThread]:
    state: Path = tmp_path_factory.mktemp("gateway")
    limits: dict[str, Any] = {"gateway_company_limit": 0, "gateway_machine_limit": 0}
    with SandboxThread(state, block=BLOCK, gateway=True, **limits) as box:
        yield box


@pytest.fixture
def box(running: SandboxThread) -> Iterator[SandboxThread]:
    """As new: the company is registered, and nothing is out of order."""
    gateway = running.exchange.gateway
    running.register_company(**registration(running, "agent"))
    yield running
    running.call(gateway.gateway.faults.reset)
    running.shift_clock(0)


def applicant(box: SandboxThread, agent: str = "agent") -> Applicant:
    return Applicant(
        audience=box.gateway["aud"],
        agent_issuer=ISSUER,
        company_id=COMPANY,
        machine_uuid=MACHINE,
        agent_key=profile_key(agent),
        machine_key=profile_key("machine"),
    )


def client(box: SandboxThread, seams: Moved | None = None, *agents: str) -> Client:
    there = Gateway(
        environment="sandbox",
        base_url=box.gateway["url"],
        audience=box.gateway["aud"],
        ca_file=Path(box.gateway["ca"]),
    )
    asking = [applicant(box, agent) for agent in agents or ("agent",)]
    return Client(there, asking, seams or AtTheSandbox(box))


def person(ref: str) -> Record:
    return Record(
        row=1,
        ipo_id="1234",
        id_type="1",
        jurisdiction="HKG",
        number="A123456(3)",
        name_english="CHAN TAI MAN",
        name_chinese="陳大文",
        quantity=1000,
        firm_id="00000",
        own_ref=ref,
    )


def add(to: Client, *refs: str) -> Answer:
    call = calls.add([(f"{n + 1}", person(ref)) for n, ref in enumerate(refs)])
    return to.send(to.prepare(call, new_request_id()))


def failure(work: Callable[[], object]) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        work()
    return caught.value


def kept(box: SandboxThread, ref: str) -> int:
    """How many records of that ownRef there are."""
    found = box.gateway_records(limit=10_000)["records"]
    return sum(record["own_ref"] == ref for record in found)


@pytest.mark.ledger("FINI-04/P", "FINI-05/P", "FINI-07/P", "FINI-22/P")
def test_a_subscription_is_added_with_all_that_the_envelope_wants(
    box: SandboxThread,
) -> None:
    answer = add(client(box), "whole")
    assert answer.succeeded
    assert kept(box, "whole") == 1


@pytest.mark.ledger("FINI-13/P", "FINI-25/P")
def test_what_was_added_is_queried_and_opened(box: SandboxThread) -> None:
    asking = client(box)
    add(asking, "queried")
    pages = asking.pages(
        lambda cursor: calls.subscriptions(ipo_id="1234", cursor=cursor)
    )
    entries = [e for page in pages for e in page.entries(lambda fields: fields)]
    (mine,) = [entry for entry in entries if entry["ownRef"] == "queried"]
    assert "A123456(3)" in str(mine["idList"])


@pytest.mark.ledger("FINI-20/P")
def test_the_ipo_list_is_read_page_by_page(box: SandboxThread) -> None:
    pages = client(box).pages(lambda cursor: calls.ipo_list(cursor, size=2))
    ids = [e["ipoID"] for p in pages for e in p.entries(lambda fields: fields)]
    assert {"1234", "1235", "1236", "1237", "1238"} <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.ledger("FINI-21/P")
def test_reference_data_is_read(box: SandboxThread) -> None:
    assert client(box).read(calls.ipo_reference("1234")).succeeded


@pytest.mark.ledger("FINI-26/P")
def test_funding_is_read(box: SandboxThread) -> None:
    assert client(box).read(calls.funding("1234")).succeeded


@pytest.mark.ledger("FINI-06/P")
def test_an_hour_at_the_sandbox_sends_no_expired_token(box: SandboxThread) -> None:
    """By its clock, moved on between the calls."""
    asking, chance, gone = client(box), random.Random(3), 0.0
    before = box.gateway_counters()
    while gone < 3_600:
        asking.read(calls.ipo_list())
        gone += chance.choice([0.5, 7.0, 17.0, 29.0, 61.0])
        box.shift_clock(gone)
    after = box.gateway_counters()
    assert after["expired_tokens"] == before["expired_tokens"]
    tokens = after["tokens_issued"] - before["tokens_issued"]
    assert 60 < tokens < 3_600 / 17


@pytest.mark.ledger("FINI-07/P")
def test_a_clock_that_stands_off_is_made_good(box: SandboxThread) -> None:
    box.gateway_faults(skew=-90_000)
    asking = client(box)
    assert add(asking, "skewed").succeeded
    assert abs(asking.clock_offset_ms + 90_000) < 2_000


@pytest.mark.ledger("FINI-10/P")
def test_a_replaced_key_is_learned_and_the_write_prepared_anew(
    box: SandboxThread,
) -> None:
    asking = client(box)
    asking.meta()
    box.call(box.exchange.gateway.replace_key)
    assert isinstance(failure(lambda: add(asking, "rekeyed")), GatewayKeyReplaced)
    assert add(asking, "rekeyed").succeeded
    assert kept(box, "rekeyed") == 1


def test_a_read_of_an_encrypted_call_learns_the_key_by_itself(
    box: SandboxThread,
) -> None:
    asking = client(box)
    asking.meta()
    box.call(box.exchange.gateway.replace_key)
    assert asking.read(calls.subscriptions(ipo_id="1234")).succeeded


@pytest.mark.parametrize(
    ("fault", "kind", "count"),
    [
        ({"cut": {"stage": "before", "times": 1}}, AnswerLost, 0),
        ({"cut": {"stage": "middle", "times": 1}}, AnswerLost, 1),
        ({"cut": {"stage": "after", "times": 1}}, AnswerLost, 1),
        ({"status": {"code": 503, "counts": True, "times": 1}}, AnswerLost, 1),
        ({"status": {"code": 500, "counts": False, "times": 1}}, AnswerLost, 0),
        ({"answer": {"kind": "not_json", "times": 1}}, AnswerUnreadable, 1),
        ({"answer": {"kind": "cut_json", "times": 1}}, AnswerUnreadable, 1),
        ({"answer": {"kind": "other_shape", "times": 1}}, AnswerUnreadable, 1),
        ({"answer": {"kind": "empty", "times": 1}}, AnswerUnreadable, 1),
        (
            {"answer": {"kind": "huge", "bytes": 200_000_000, "times": 1}},
            AnswerUnreadable,
            1,
        ),
    ],
    ids=lambda given: str(given)[:24] if isinstance(given, dict) else "",
)
def test_whatever_goes_wrong_a_write_went_out_once_and_is_unclear(
    box: SandboxThread, fault: dict[str, Any], kind: type[ExchangeError], count: int
) -> None:
    asking, ref = client(box), new_request_id()
    asking.meta()
    (switch,) = fault
    box.gateway_faults(**{switch: {**fault[switch], "path": "*/add/*"}})
    failed = failure(lambda: add(asking, ref))
    assert type(failed) is kind
    assert "not known" in failed.sentence
    assert kept(box, ref) == count


def test_refused_tokens_refuse_a_write_before_anything_is_done(
    box: SandboxThread,
) -> None:
    asking = client(box)
    asking.meta()
    box.gateway_faults(refuse_tokens=True)
    failed = failure(lambda: add(asking, "unknown"))
    assert isinstance(failed, CallRefused)
    assert failed.http_status == 401
    box.gateway_faults(refuse_tokens=None)
    assert add(asking, "unknown").succeeded
    assert kept(box, "unknown") == 1


def test_a_read_survives_a_refused_token_and_a_bad_moment(box: SandboxThread) -> None:
    seams = AtTheSandbox(box)
    asking = client(box, seams)
    box.gateway_faults(status={"code": 503, "times": 2, "path": "/api/ipos/*"})
    assert asking.read(calls.ipo_list()).succeeded
    assert seams.pauses == list(PAUSES[:2])


def test_above_the_limit_it_is_told_when_to_come_again(box: SandboxThread) -> None:
    asking, limits = client(box), box.exchange.gateway.set_limits
    asking.meta()
    box.call(lambda: limits({"company": 0, "machine": 1}))
    try:
        failures = [failure(lambda: add(asking, "many")) for _ in range(2)]
    finally:
        box.call(lambda: limits({"company": 0, "machine": 0}))
    assert isinstance(failures[-1], TooManyCalls)
    assert failures[-1].retry_after


@pytest.mark.ledger("FINI-01/P")
def test_keys_that_are_not_registered_yet_give_way_to_those_before(
    box: SandboxThread,
) -> None:
    seams = AtTheSandbox(box)
    client(box, seams, "newer agent", "agent").sign_in()
    assert seams.signers == [(profile_key("agent").kid, profile_key("machine").kid)]
    refused = failure(client(box, None, "newer agent").sign_in)
    assert isinstance(refused, TokenRefused)


@pytest.mark.ledger("FINI-32/P")
def test_the_machines_own_authorities_do_not_vouch_for_it(box: SandboxThread) -> None:
    there = Gateway("sandbox", box.gateway["url"], box.gateway["aud"], None)
    stranger = Client(there, [applicant(box)], AtTheSandbox(box))
    assert type(failure(stranger.sign_in)) is GatewayUnreachable

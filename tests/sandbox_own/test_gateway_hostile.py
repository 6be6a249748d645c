"""Whatever comes over the line, the gateway answers within bounds and goes on."""

import json
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.gateway.assertions import Unacceptable, parse_assertion
from sandbox.gateway.companies import parse_company, spelt_out
from sandbox.gateway.jwk import parse_jwks
from sandbox.gateway.line import BODY_AT_MOST
from sandbox.layout import SandboxError
from tests.sandbox_own.gateway_client import GatewayClient, company, dumped, record

LIST = "/api/ipos/list/v1?nextCursor=0"
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = st.text(max_size=6) | st.sampled_from(
    [
        *("data", "requestID", "ipoID", "idList", "appQuantity", "firmID", "ownRef"),
        *("recordID", "size", "nextCursor", "subFlowStatus", "idType", "idNum"),
        *("transactionRef", "preFundingStatus"),
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["%enc_%AAAA", "%enc_%", "\ud800", "\x00", "1234", "0"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6)
    ),
    max_leaves=25,
)


@pytest.fixture
def unlimited(fini: GatewayClient) -> Iterator[GatewayClient]:
    """No limits, and no defect of the gateway's own at the end."""
    limits = {"company": 0, "machine": 0}
    fini.sandbox.call(lambda: fini.sandbox.exchange.gateway.set_limits(limits))
    yield fini
    assert fini.sandbox.gateway_counters()["defects"] == []


def raw(client: GatewayClient, sent: bytes) -> bytes:
    """What comes back to bytes on a line of their own, until the gateway closes it."""
    url = urlsplit(client.sandbox.gateway["url"])
    context = ssl.create_default_context(cafile=client.sandbox.gateway["ca"])
    with (
        socket.create_connection((url.hostname, url.port), timeout=10) as plug,
        context.wrap_socket(plug, server_hostname=url.hostname) as line,
    ):
        line.sendall(sent)
        got = b""
        while piece := line.recv(65_536):
            got += piece
    return got


@FEW
@given(st.data())
def test_any_json_under_a_good_envelope_is_answered_in_the_envelope(
    unlimited: GatewayClient, draw: st.DataObject
) -> None:
    name = draw.draw(st.sampled_from(["add", "change", "invalidate", "query"]))
    seal = unlimited.seal()
    entry = record("ref", seal, recordID="1000000000000001A")
    odd = draw.draw(JSON)
    field = draw.draw(st.sampled_from([*entry, "idNum", "idType"]))
    inner = entry["idList"][0]
    given = (
        {**entry, "idList": [{**inner, field: odd}]}
        if field in inner
        else {**entry, field: odd}
    )
    payload = draw.draw(st.sampled_from([odd, {"data": odd}, {"data": [odd, given]}]))
    unlimited.sign_in()
    status, answer = unlimited.sealed(name, json.dumps(payload).encode(), seal)
    assert status in (200, 400)
    assert {"code", "message", "data", "exception"} <= set(answer)


@FEW
@given(JSON, st.sampled_from(["query", "confirm"]))
def test_any_json_about_funding_is_answered(
    unlimited: GatewayClient, odd: Any, name: str
) -> None:
    unlimited.sign_in()
    for payload in (odd, {"data": odd, "nextCursor": "0"}, {"data": [odd]}):
        body = json.dumps(payload).encode()
        status, answer = unlimited.post(f"/api/eipo/funding/{name}/v1", body)
        assert status in (200, 400)
        assert "exception" in answer


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_as_a_body_are_refused(unlimited: GatewayClient, body: bytes) -> None:
    unlimited.sign_in()
    assert unlimited.sealed("add", body)[0] == 400
    assert unlimited.post("/api/eipo/funding/query/v1", body)[0] == 400
    kind = "application/x-www-form-urlencoded"
    path = unlimited.sandbox.gateway["token_path"]
    assert unlimited.send("POST", path, body, Content_Type=kind)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"data":' * 50_000,
        b"9" * 100_000,
        b'{"data":[NaN]}',
        b'{"data":[' + b"9" * 5_000 + b"]}",
        b"\xff\xfe{\x00}\x00",
        b'{"data":[1e999999]}',
    ],
    ids=range(7),
)
def test_json_made_to_hurt_is_refused(unlimited: GatewayClient, body: bytes) -> None:
    assert unlimited.post("/api/eipo/funding/confirm/v1", body)[0] in (200, 400)
    assert unlimited.sealed("add", body)[0] in (200, 400)


@FEW
@given(st.binary(min_size=1, max_size=400))
@example(b"  ")  # three words, all empty
def test_any_bytes_on_the_line_are_answered_or_dropped(
    unlimited: GatewayClient, sent: bytes
) -> None:
    got = raw(unlimited, sent + b"\r\n\r\n")
    assert got == b"" or got.startswith(b"HTTP/1.1 4")
    assert len(got) < 2_000
    assert b"Traceback" not in got


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nA: 1\r\nA: 2\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"GET //[ HTTP/1.1\r\n\r\n", b"400"),
        (f"POST / HTTP/1.1\r\nContent-Length: {BODY_AT_MOST + 1}\r\n\r\n", b"413"),
        (f"POST / HTTP/1.1\r\nContent-Length: {10**30}\r\n\r\n", b"413"),
    ],
    ids=str,
)
def test_a_head_out_of_bounds_is_refused_and_the_line_closed(
    unlimited: GatewayClient, sent: bytes | str, status: bytes
) -> None:
    got = raw(unlimited, sent.encode() if isinstance(sent, str) else sent)
    assert got.startswith(b"HTTP/1.1 " + status)
    assert unlimited.get(LIST)[0] == 200


def test_several_requests_on_one_line_are_answered_in_turn(
    unlimited: GatewayClient,
) -> None:
    head = f"GET {LIST} HTTP/1.1\r\nAuthorization: Bearer {unlimited.token}\r\n"
    got = raw(unlimited, f"{head}\r\n{head}Connection: close\r\n\r\n".encode())
    assert got.count(b"HTTP/1.1 200 OK") == 2


def test_plain_http_on_the_tls_port_gets_nothing(unlimited: GatewayClient) -> None:
    url = urlsplit(unlimited.sandbox.gateway["url"])
    with socket.create_connection((url.hostname, url.port), timeout=5) as plug:
        plug.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert not plug.recv(100).startswith(b"HTTP")
    assert unlimited.get(LIST)[0] == 200


def test_a_client_without_the_ca_finds_no_trust(unlimited: GatewayClient) -> None:
    url = urlsplit(unlimited.sandbox.gateway["url"])
    context = ssl.create_default_context()
    with (
        socket.create_connection((url.hostname, url.port), timeout=5) as plug,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plug, server_hostname=url.hostname)


@given(st.text(max_size=100))
def test_any_text_as_an_assertion_is_unacceptable(text: str) -> None:
    with pytest.raises(Unacceptable):
        parse_assertion(text)


@given(JSON)
def test_any_json_as_a_jwks_is_refused(odd: Any) -> None:
    for given_jwks in (odd, {"keys": odd}, {"keys": [odd]}):
        with pytest.raises(SandboxError):
            parse_jwks(given_jwks)


@given(JSON, st.sampled_from(sorted(company())))
def test_any_json_in_a_registration_is_taken_or_refused(odd: Any, name: str) -> None:
    try:
        parse_company(spelt_out({**company(), name: odd}))
    except (SandboxError, TypeError, KeyError, ValueError):
        return  # each of them is a sentence of the control API
    assert name in ("company_id", "agent_issuer", "entitlements", "firm_ids")


def test_nothing_personal_is_written_to_the_log(
    unlimited: GatewayClient, capfd: pytest.CaptureFixture[str]
) -> None:
    seal = unlimited.seal()
    entries = {"data": [record("ref", seal), record("ref", seal, ownRef=5.5)]}
    unlimited.sealed("add", dumped(entries), seal)
    unlimited.sealed("query", {"data": {"ipoID": "1234"}, "nextCursor": "0"})
    out, err = capfd.readouterr()
    for canary in ("A123456", "Chan Tai Man", "陳大文", unlimited.token):
        assert canary not in out + err

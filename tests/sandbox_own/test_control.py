"""The control API answers those who hold the token, on loopback, and nobody else."""

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import ALICE, REFUSED, Connect, line, mapping
from tests.sandbox_own.keykit import RAP_ACCOUNT, pair, ssh2


class Caller:
    """A bare HTTP client: every header is one's own choice."""

    def __init__(self, sandbox: SandboxThread) -> None:
        self.netloc = urlsplit(sandbox.control_url).netloc
        self.token = sandbox.token

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and JSON (or text) of the answer, the token given unless changed."""
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        text = body if isinstance(body, bytes) or body is None else json.dumps(body)
        connection = http.client.HTTPConnection(self.netloc, timeout=5)
        try:
            connection.request(method, path, text, sent)
            answer = connection.getresponse()
            raw = answer.read().decode()
        finally:
            connection.close()
        return answer.status, json.loads(raw) if raw[:1] in ("{", "[") else raw


@pytest.fixture
def caller(sandbox: SandboxThread) -> Caller:
    return Caller(sandbox)


FILE = {
    "participant": "CP00010",
    "folder": "HBCNMAPP",
    "name": "a",
    "text": "a",
}
OUTAGE = {"site": "both", "since": "2026-03-06T12:00", "until": "2026-03-06T13:00"}
ROUTES = [
    ("GET", "/control/receptions"),
    ("GET", "/control/state"),
    ("POST", "/control/faults"),
    ("DELETE", "/control/faults"),
    ("POST", "/control/clock"),
    ("POST", "/control/accounts"),
    ("GET", "/control/accounts/hkidr.aaa000"),
    ("POST", "/control/keys"),
    ("POST", "/control/addresses"),
    ("GET", "/control/mails"),
    ("DELETE", "/control/mails"),
    ("POST", "/control/publish"),
    ("GET", "/control/distributed"),
    ("GET", "/control/counters"),
    ("GET", "/control/script"),
    ("POST", "/control/script"),
    ("POST", "/control/plan"),
    ("GET", "/control/outages"),
    ("POST", "/control/outages"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "token", ["", "Bearer ", "Bearer wrong", "Basic x", "Bearer é"]
)
def test_without_the_token_nothing_is_done(
    caller: Caller, method: str, path: str, token: str
) -> None:
    given = token.encode().decode("latin-1")
    status, _ = caller.call(method, path, Authorization=given)
    assert status in (400, 401)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", ""],
)
def test_a_foreign_host_is_refused(caller: Caller, host: str) -> None:
    assert caller.call("GET", "/control/state", Host=host)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://{netloc}"])
def test_a_foreign_origin_is_refused(caller: Caller, origin: str) -> None:
    given = origin.format(netloc=caller.netloc)
    assert caller.call("GET", "/control/state", Origin=given)[0] == 403


def test_the_own_origin_and_localhost_are_taken(caller: Caller) -> None:
    port = caller.netloc.partition(":")[2]
    name = f"localhost:{port}"
    headers = {"Host": name, "Origin": f"http://{name}"}
    assert caller.call("GET", "/control/state", **headers)[0] == 200


def test_the_control_listens_on_loopback_only(sandbox: SandboxThread) -> None:
    assert urlsplit(sandbox.control_url).hostname == "127.0.0.1"


def test_receptions_are_listed(
    sandbox: SandboxThread, caller: Caller, client: Client
) -> None:
    client.upload(mapping(sandbox), a_zip())
    status, answer = caller.call("GET", "/control/receptions")
    assert status == 200
    assert answer["receptions"][0]["path"] == mapping(sandbox)


def test_the_state_names_hosts_accounts_and_sessions_but_no_secret(
    caller: Caller, client: Client
) -> None:
    _, answer = caller.call("GET", "/control/state")
    assert [host["name"] for host in answer["hosts"]] == [
        f"{platform}-{host}"
        for platform in ("ecp", "rap", "rrs")
        for host in ("p1", "p2", "s1", "s2")
    ]
    assert answer["sessions"] == ["hkidr.aaa000"]
    assert caller.token not in json.dumps(answer)
    assert "AAAA" not in json.dumps(answer)


def test_faults_are_merged_turned_off_and_reset(caller: Caller) -> None:
    caller.call("POST", "/control/faults", {"fail_write": 3})
    caller.call("POST", "/control/faults", {"result": {"kind": "late", "seconds": 5}})
    _, answer = caller.call("POST", "/control/faults", {"fail_write": None})
    assert answer == {"result": {"kind": "late", "seconds": 5}}
    caller.call("DELETE", "/control/faults")
    assert caller.call("GET", "/control/state")[1]["faults"] == {}


def test_the_clock_is_moved(sandbox: SandboxThread, caller: Caller) -> None:
    caller.call("POST", "/control/clock", {"offset_seconds": 86_400})
    assert sandbox.exchange.clock.offset.total_seconds() == 86_400


def test_an_account_is_registered_while_the_exchange_runs(
    sandbox: SandboxThread, caller: Caller, connect: Connect, other_key: Any
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001", "public_keys": [line(other_key)]}
    assert caller.call("POST", "/control/accounts", bob)[0] == 200
    assert connect(sandbox, login="hkidr.aaa001", key=other_key).sftp.listdir("/")


def test_a_file_is_published_to_the_participant_of_a_login(
    caller: Caller, client: Client
) -> None:
    content = base64.b64encode(b"response").decode()
    wanted = {"login": "hkidr.aaa000", "folder": "HBCNMAPP", "content": content}
    caller.call("POST", "/control/publish", wanted | {"name": "HBCNMPRP_1.zip"})
    assert client.read("/download/HBCNMAPP/HBCNMPRP_1.zip") == "response"


@pytest.mark.ledger("ECP-53/S", "ECP-44/S")
def test_a_key_is_renewed_and_revoked_as_on_the_web(
    sandbox: SandboxThread, caller: Caller, connect: Connect, other_key: Any
) -> None:
    wanted = {"login": "hkidr.aaa000", "public_key": line(other_key)}
    status, answer = caller.call("POST", "/control/keys", wanted | {"action": "renew"})
    assert status == 200
    today = sandbox.exchange.clock.today()
    assert answer["slots"]["renewed"]["created_on"] == today.isoformat()
    assert connect(sandbox, key=other_key)
    slot = answer["slots"]["renewed"]["fingerprint"]
    gone = {"login": "hkidr.aaa000", "action": "revoke", "fingerprint": slot}
    assert caller.call("POST", "/control/keys", gone)[0] == 200
    with pytest.raises(REFUSED):
        connect(sandbox, key=other_key)


@pytest.mark.ledger("ECP-43/S")
def test_ecp_registers_a_first_key_only_where_there_is_none(
    sandbox: SandboxThread, caller: Caller, other_key: Any
) -> None:
    wanted = {"login": "hkidr.aaa000", "public_key": line(other_key)}
    first = wanted | {"action": "register"}
    assert caller.call("POST", "/control/keys", first)[0] == 400
    caller.call("POST", "/control/keys", {"login": "hkidr.aaa000", "action": "revoke"})
    status, answer = caller.call("POST", "/control/keys", first)
    assert (status, answer["public_keys"]) == (200, 1)


@pytest.mark.ledger("ECP-40/S", "ECP-41/S", "ECP-53/S")
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", ssh2(pair(2))), ("a#.pub", ssh2(pair(2))), ("a.pub", b"no key")],
)
def test_a_file_given_on_the_web_is_judged_like_an_upload(
    caller: Caller, name: str, content: bytes
) -> None:
    wanted = {"login": "hkidr.aaa000", "action": "renew", "file_name": name}
    status, text = caller.call(
        "POST", "/control/keys", wanted | {"public_key": content.decode()}
    )
    assert (status, text[:2]) in ((400, "40"), (400, "91"))


def test_an_account_without_a_key_waits_for_one(
    sandbox: SandboxThread, caller: Caller, connect: Connect
) -> None:
    assert caller.call("POST", "/control/accounts", RAP_ACCOUNT)[0] == 200
    place: dict[str, Any] = {"platform": "RAP", "login": "DCXYZ001", "key": pair(2)}
    with pytest.raises(REFUSED):
        connect(sandbox, **place)
    wanted = {"login": "DCXYZ001", "action": "register", "public_key": line(pair(2))}
    caller.call("POST", "/control/keys", wanted)
    assert connect(sandbox, **place)


def test_an_account_saved_again_with_its_keys_keeps_their_dates(
    sandbox: SandboxThread, caller: Caller, key: Any
) -> None:
    before = sandbox.account("hkidr.aaa000")["slots"]
    sandbox.shift_clock(90 * 86_400)
    alice = ALICE | {"public_keys": [line(key)], "consent": False}
    assert caller.call("POST", "/control/accounts", alice)[1]["slots"] == before


def test_an_accounts_counts_are_told(
    sandbox: SandboxThread, caller: Caller, connect: Connect
) -> None:
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_1.zip", b"x")
    client = connect(sandbox)
    for _ in range(2):
        client.read("/download/HBCNMAPP/HBCNMPRP_1.zip")
    with pytest.raises(REFUSED):
        connect(sandbox, key=pair(3))
    _, shown = caller.call("GET", "/control/accounts/hkidr.aaa000")
    assert (shown["logins"], shown["open_sessions"]) == (1, 1)
    assert shown["downloads"] == {"/download/HBCNMAPP/HBCNMPRP_1.zip": 2}
    refused = eventually(lambda: sandbox.account("hkidr.aaa000")["refused"])
    assert refused == {"key": 1}
    assert caller.call("GET", "/control/accounts/nobody")[0] == 404


def test_addresses_are_set(sandbox: SandboxThread, caller: Caller) -> None:
    wanted = {"login": "hkidr.aaa000", "remote_ips": ["127.0.0.7"]}
    assert caller.call("POST", "/control/addresses", wanted)[0] == 200
    assert sandbox.account("hkidr.aaa000")["remote_ips"] == ["127.0.0.7"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", b"not json"),
        ("faults", []),
        ("faults", {"earthquake": 1}),
        ("clock", {"offset_seconds": "tomorrow"}),
        ("clock", {"offset_seconds": 1e300}),
        ("clock", {"offset_seconds": 2.5e11}),
        ("clock", {}),
        ("publish", FILE | {"placed_at": "9999-12-31T23:59:59"}),
        ("publish", FILE | {"placed_at": "0001-01-01T00:00:00+14:00"}),
        ("publish", FILE | {"placed_at": 5}),
        ("outages", {"outages": [OUTAGE | {"until": "9999-12-31T23:59"}]}),
        ("outages", {"outages": [OUTAGE | {"since": "0001-01-01T00:00+14:00"}]}),
        ("faults", {"result": {"kind": "late", "seconds": float("inf")}}),
        ("faults", {"result": {"kind": "late", "seconds": float("nan")}}),
        ("faults", {"slow": 10**400}),
        ("script", {"on": True, "days_back": 1e9}),
        ("plan", {"day": "9999-12-31"}),
        ("accounts", {"login": "../../etc/passwd"}),
        ("accounts", ALICE | {"keys": []}),
        ("keys", {"login": "hkidr.aaa000", "action": "borrow", "public_key": ""}),
        ("keys", {"login": "hkidr.aaa000", "action": "renew"}),
        ("keys", {"login": "nobody", "action": "revoke"}),
        ("addresses", {"login": "hkidr.aaa000", "remote_ips": "127.0.0.1"}),
        ("accounts", ALICE | {"login": "../x", "public_keys": []}),
        (
            "publish",
            {"participant": "x", "folder": "../..", "name": "y", "content": ""},
        ),
        (
            "publish",
            {"participant": "x", "folder": "HBCNMAPP", "name": "../y", "content": ""},
        ),
    ],
)
def test_a_malformed_request_is_refused(caller: Caller, path: str, body: Any) -> None:
    assert caller.call("POST", f"/control/{path}", body)[0] == 400
    assert caller.call("GET", "/control/state")[0] == 200
    assert caller.call("GET", "/control/distributed")[1] == {"files": []}


def test_a_body_too_large_is_refused_unread(caller: Caller) -> None:
    headers = {"Content-Length": str(10**12)}
    assert caller.call("POST", "/control/faults", b"", **headers)[0] == 413


def test_unknown_paths_and_methods_are_refused(caller: Caller) -> None:
    assert caller.call("GET", "/control/nothing")[0] == 404
    assert caller.call("PUT", "/control/faults")[0] == 405

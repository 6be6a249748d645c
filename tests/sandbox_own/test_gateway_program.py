"""The gateway as a part of the program: certificate, port, and what a kill leaves."""

import http.client
import json
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from cryptography import x509

from sandbox.gateway.founding import found_gateway
from sandbox.layout import read_config
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.conftest import Start
from tests.sandbox_own.gateway_client import FiniClient, GatewayClient, company

Serve = Callable[[], subprocess.Popen[str]]
BROKEN = (http.client.HTTPException, OSError)


@pytest.fixture
def serve(state: Path) -> Iterator[Serve]:
    """Starts the program and waits until it says that it is ready."""
    running: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve", "--state", str(state)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        running.append(program)
        assert program.stdout is not None
        assert program.stdout.readline().startswith("sandbox ready ")
        return program

    yield begin
    for program in running:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


def gateway_of(state: Path) -> dict[str, str]:
    found = read_config(state)["gateway"]
    return {**found, "ca": str(state / found["ca"])}


def told(state: Path, path: str, wish: Any) -> Any:
    """What the control API answers to a POST."""
    control = read_config(state)["control"]
    headers = {"Authorization": f"Bearer {control['token']}"}
    body = json.dumps(wish).encode()
    request = Request(f"{control['url']}/control/{path}", body, headers)
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False
    )


def test_init_makes_a_gateway_where_it_is_told(tmp_path: Path) -> None:
    state = tmp_path / "made"
    assert run("init", "--state", str(state), "--gateway-port", "18999").returncode == 0
    url = "https://127.0.0.1:18999"
    assert read_config(state)["gateway"] == {
        "url": url,
        "aud": f"{url}/openam/oauth2/eu/access_token",
        "token_path": "/openam/oauth2/eu/access_token",
        "ca": "gateway/ca.pem",
    }
    for name in ("ca.pem", "server.pem", "key.pem"):
        mode = (state / "gateway" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_a_sandbox_from_before_gets_its_gateway_once(state: Path) -> None:
    config = read_config(state)
    del config["gateway"]
    (state / "sandbox.json").write_text(json.dumps(config))
    made = found_gateway(state, port=18999)
    assert found_gateway(state, port=18998) == made == read_config(state)["gateway"]


def test_the_certificate_is_for_loopback_and_signs_nothing(state: Path) -> None:
    pem = (state / "gateway" / "server.pem").read_bytes()
    shown = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERT") :])
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.value.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1"
    ]
    basic = shown.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.value.ca is False
    ca = x509.load_pem_x509_certificate((state / "gateway" / "ca.pem").read_bytes())
    shown.verify_directly_issued_by(ca)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_both_names_are_proved_by_the_strictest_of_clients(
    serve: Serve, state: Path, name: str
) -> None:
    serve()
    gateway = gateway_of(state)
    context = ssl.create_default_context(cafile=gateway["ca"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection(("127.0.0.1", urlsplit(gateway["url"]).port)) as plug,
        context.wrap_socket(plug, server_hostname=name) as line,
    ):
        assert line.version() in ("TLSv1.2", "TLSv1.3")


def test_a_taken_port_is_one_sentence_and_exit_1(state: Path) -> None:
    config = read_config(state)
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        taken = squatter.getsockname()[1]
        config["gateway"]["url"] = f"https://127.0.0.1:{taken}"
        (state / "sandbox.json").write_text(json.dumps(config))
        ran = run("serve", "--state", str(state))
    assert ran.returncode == 1
    assert f"port {taken} for the gateway" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_real_port_is_in_sandbox_json(serve: Serve, state: Path) -> None:
    serve()
    found = read_config(state)["gateway"]
    assert not found["url"].endswith(":0")
    assert found["aud"] == found["url"] + found["token_path"]


def test_a_record_whose_answer_was_lost_survives_a_kill(
    serve: Serve, state: Path
) -> None:
    program = serve()
    told(state, "gateway/companies", company())
    client = FiniClient(gateway_of(state)).sign_in()
    told(state, "gateway/faults", {"slow": {"seconds": 60, "stage": "after"}})
    client.line.sock.settimeout(0.5)
    with pytest.raises(TimeoutError):
        client.add("one", "two")
    program.kill()
    program.wait()
    client.close()
    serve()
    found = told(state, "gateway/records", {"ipo_id": "1234"})
    assert (found["total"], found["doubled"]) == (2, {})


def test_a_restart_keeps_companies_and_request_ids_and_forgets_tokens(
    serve: Serve, state: Path
) -> None:
    program = serve()
    told(state, "gateway/companies", company())
    client = FiniClient(gateway_of(state)).sign_in()
    seal = client.seal()
    query = {"data": {"ipoID": "1234"}, "nextCursor": "0"}
    assert client.sealed("query", query, seal)[0] == 200
    program.kill()
    program.wait()
    client.close()
    serve()
    again = FiniClient(gateway_of(state))
    again.token, again.public_key = client.token, client.public_key
    assert again.get("/api/ipos/list/v1?nextCursor=0")[0] == 401
    again.sign_in()
    assert again.sealed("query", query, seal)[1]["code"] == "411002"
    again.close()


def test_it_stops_though_connections_are_open_and_one_waits_for_its_answer(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox = start()
    sandbox.register_company(**company())
    client, waiting = (GatewayClient(sandbox).sign_in() for _ in range(2))
    sandbox.gateway_faults(slow={"seconds": 3600, "times": 1})
    waiting.line.request("GET", "/api/crypto/meta")
    faults = sandbox.exchange.gateway.gateway.faults
    eventually(lambda: not faults.view())
    sandbox.__exit__(None, None, None)
    assert "Unhandled" not in caplog.text
    waiting.close()
    with pytest.raises(BROKEN):
        client.get("/api/crypto/meta")
    client.close()

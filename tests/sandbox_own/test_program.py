"""`python -m sandbox` as a program: init, register, serve, and what a kill leaves."""

import json
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import asyncssh
import pytest
from paramiko import RSAKey

from sandbox.hktime import HONG_KONG, Clock
from sandbox.layout import read_config
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import line
from tests.sandbox_own.keykit import md5, pair, ssh2

Program = subprocess.Popen[str]
Serve = Callable[..., Program]
SERVE = (sys.executable, "-m", "sandbox", "serve")
FOLDER = "/submission/HBCNMAPP"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def register(state: Path, key_file: Path, *more: str) -> None:
    arguments = ["--login", "hkidr.aaa000", "--participant", "CP00010", "--kind", "EP"]
    arguments += ["--identity", "ce_number:AAA000", "--identity", "firm_id:00000"]
    ran = run(
        "register",
        *("--state", str(state), "--public-key", str(key_file), *arguments, *more),
    )
    assert ran.returncode == 0, ran.stderr


@pytest.fixture
def registered(state: Path, key: RSAKey) -> Path:
    """The state folder, alice registered on the command line."""
    key_file = state / "alice.pub"
    key_file.write_text(line(key))
    register(state, key_file)
    return state


@pytest.fixture
def serve(registered: Path) -> Iterator[Serve]:
    """Starts the program and waits until it says that it is ready."""
    running: list[Program] = []

    def begin(*arguments: str) -> Program:
        program = subprocess.Popen(
            [*SERVE, "--state", str(registered), *arguments],
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


def today_path() -> str:
    return f"{FOLDER}/HBCNMAPP_AAA000_{datetime.now(HONG_KONG):%Y%m%d}.zip"


def log_in(state: Path, key: RSAKey) -> Client:
    return Client(read_config(state)["hosts"][0], key)


def get_receptions(state: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(state, "receptions")["receptions"]
    return found


def told(state: Path, path: str) -> Any:
    """What GET answers."""
    control = read_config(state)["control"]
    headers = {"Authorization": f"Bearer {control['token']}"}
    request = Request(f"{control['url']}/control/{path}", headers=headers)
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        ((), "", False),
        ((), "0", False),
        ((), "1", True),
        (("--daily-script", "--days-back", "3"), "", True),
    ],
)
def test_the_daily_script_is_switched_on_by_option_or_environment(
    serve: Serve,
    registered: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    environment: str,
    expected: bool,
) -> None:
    monkeypatch.setenv("SANDBOX_DAILY_SCRIPT", environment)
    serve(*options)
    assert told(registered, "script")["on"] is expected


def test_init_makes_twelve_hosts_ecp_and_primary_first_and_a_private_file(
    tmp_path: Path, block: int
) -> None:
    state = tmp_path / "made"
    ran = run("init", "--state", str(state), "--block", str(block))
    config = read_config(state)
    assert ran.returncode == 0
    assert config["control"]["token"] in ran.stdout
    where = [(h["platform"], h["site"], h["address"]) for h in config["hosts"]]
    assert where == [
        ("ECP", "primary", f"127.{block}.1.131"),
        ("ECP", "primary", f"127.{block}.1.132"),
        ("ECP", "secondary", f"127.{block}.2.131"),
        ("ECP", "secondary", f"127.{block}.2.132"),
        ("RAP", "primary", f"127.{block}.3.141"),
        ("RAP", "primary", f"127.{block}.3.142"),
        ("RAP", "secondary", f"127.{block}.4.141"),
        ("RAP", "secondary", f"127.{block}.4.142"),
        ("RRS", "primary", f"127.{block}.5.121"),
        ("RRS", "primary", f"127.{block}.5.122"),
        ("RRS", "secondary", f"127.{block}.6.121"),
        ("RRS", "secondary", f"127.{block}.6.122"),
    ]
    assert [h["port"] for h in config["hosts"]] == [18801] * 8 + [10022] * 4
    assert len({h["host_key"] for h in config["hosts"]}) == 12
    assert all(host["host_key"].startswith("ssh-rsa ") for host in config["hosts"])
    assert stat.S_IMODE((state / "sandbox.json").stat().st_mode) == 0o600


def test_init_twice_changes_nothing(state: Path) -> None:
    before = (state / "sandbox.json").read_bytes()
    assert run("init", "--state", str(state)).returncode == 0
    assert (state / "sandbox.json").read_bytes() == before


def test_where_only_one_address_is_the_hosts_have_ports_of_their_own(
    tmp_path: Path,
) -> None:
    run("init", "--state", str(tmp_path), "--addresses", "ports", "--port", "18900")
    hosts = read_config(tmp_path)["hosts"]
    assert [(h["address"], h["port"]) for h in hosts] == [
        ("127.0.0.1", port) for port in range(18900, 18912)
    ]


def test_a_sandbox_of_ecp_alone_gets_the_other_platforms_hosts(state: Path) -> None:
    config = read_config(state)
    before = config["hosts"][:4]
    (state / "sandbox.json").write_text(json.dumps(config | {"hosts": before}))
    run("init", "--state", str(state))
    after = read_config(state)["hosts"]
    assert after[:4] == before
    assert [host["name"] for host in after] == [h["name"] for h in config["hosts"]]
    assert [host["address"] for host in after] == [
        host["address"] for host in config["hosts"]
    ]


def test_register_reads_an_rfc_4716_key(state: Path, key: RSAKey) -> None:
    key_file = state / "alice.pub"
    public = asyncssh.import_public_key(line(key))
    key_file.write_bytes(public.export_public_key("rfc4716"))
    register(state, key_file, "--file-id", "HBCNMAPP", "HBCNATBN", "--no-consent")
    account = json.loads((state / "accounts" / "hkidr.aaa000.json").read_text())
    assert account["public_keys"] == [line(key)]
    assert account["file_ids"] == ["HBCNMAPP", "HBCNATBN"]
    assert account["consent"] is False


def test_a_rap_account_and_its_keys_are_registered_on_the_command_line(
    state: Path, tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.pub" for number in (1, 2)]
    for number, file in enumerate(files, 1):
        file.write_bytes(ssh2(pair(number)))
    account = ["--login", "DCXYZ001", "--participant", "CP00010", "--platform", "RAP"]
    place = ["--state", str(state), "--login", "DCXYZ001"]
    ran = run("register", "--state", str(state), *account)
    assert ran.returncode == 0, ran.stderr
    for action, file in zip(("register", "renew"), files, strict=True):
        ran = run("key", action, *place, "--public-key", str(file))
        assert ran.returncode == 0, ran.stderr
    slots = json.loads(ran.stdout)
    assert slots["current"]["fingerprint"] == md5(pair(1))
    assert slots["renewed"]["fingerprint"] == md5(pair(2))
    run("key", "revoke", *place, "--fingerprint", md5(pair(1)))
    left = json.loads(run("key", "revoke", *place).stdout)
    assert left == {"current": None, "renewed": None}


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "renew", "--login", "DCXYZ001"),
        ("key", "revoke", "--login", "nobody"),
        ("register", "--login", "x", "--participant", "y", "--platform", "RRS"),
    ],
)
def test_a_command_that_cannot_be_done_says_so(
    state: Path, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments, "--state", str(state))
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "weak",
    [
        asyncssh.generate_private_key("ssh-rsa", key_size=1024),
        asyncssh.generate_private_key("ssh-ed25519"),
    ],
    ids=["RSA of 1024 bits", "Ed25519"],
)
def test_register_refuses_a_key_that_ecp_would_not_take(
    state: Path, weak: asyncssh.SSHKey
) -> None:
    key_file = state / "weak.pub"
    weak.write_public_key(str(key_file))
    arguments = ["--login", "x", "--participant", "y", "--public-key", str(key_file)]
    ran = run("register", "--state", str(state), "--identity", "firm_id:1", *arguments)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr


def test_serve_without_init_says_what_to_do(tmp_path: Path) -> None:
    ran = run("serve", "--state", str(tmp_path))
    assert ran.returncode == 1
    assert "sandbox init" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_taken_port_is_one_sentence_and_exit_1(state: Path) -> None:
    config = read_config(state)
    with socket.socket() as squatter:
        squatter.bind((config["hosts"][0]["address"], 0))
        squatter.listen()
        config["hosts"][0]["port"] = squatter.getsockname()[1]
        (state / "sandbox.json").write_text(json.dumps(config))
        ran = run("serve", "--state", str(state))
    assert ran.returncode == 1
    assert ran.stderr.startswith("Cannot listen on ")
    assert len(ran.stderr.splitlines()) == 1


def test_the_real_ports_are_in_sandbox_json_before_the_program_is_ready(
    serve: Serve, registered: Path
) -> None:
    serve()
    config = read_config(registered)
    assert all(host["port"] > 0 for host in config["hosts"])
    assert not config["control"]["url"].endswith(":0")
    assert config["smtp"]["port"] > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_though_a_session_is_open(
    serve: Serve, registered: Path, key: RSAKey, number: signal.Signals
) -> None:
    program = serve()
    with log_in(registered, key) as client:
        opened = client.begin(today_path())
        client.write(opened, 0, b"half")
        began = time.monotonic()
        program.send_signal(number)
        assert program.wait(5) == 0
        assert time.monotonic() - began < 2


def test_a_reception_survives_a_kill_and_its_result_is_made_afterwards(
    serve: Serve, registered: Path, key: RSAKey
) -> None:
    program = serve("--answer-seconds", "3")
    with log_in(registered, key) as client:
        client.upload(today_path(), a_zip())
        program.kill()
        program.wait()
    serve("--answer-seconds", "0.05")
    (reception,) = get_receptions(registered)
    assert reception["path"] == today_path()
    with log_in(registered, key) as client:
        (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
        assert reception["sha256"] in client.read(f"{FOLDER}/{name}")


def test_a_kill_during_an_upload_leaves_no_reception_and_no_bytes(
    serve: Serve, registered: Path, key: RSAKey
) -> None:
    program = serve()
    with log_in(registered, key) as client:
        client.write(client.begin(today_path()), 0, bytes(30_000))
        program.kill()
        program.wait()
    serve()
    assert get_receptions(registered) == []
    assert list((registered / "incoming").iterdir()) == []


def test_the_clocks_offset_survives_a_restart(tmp_path: Path) -> None:
    Clock(tmp_path).shift(86_400)
    assert Clock(tmp_path).offset.total_seconds() == 86_400

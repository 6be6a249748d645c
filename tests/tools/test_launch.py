"""`make run`: everything starts, answers, stops within 10 s and keeps its data."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tools import launch

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("PORT", "SANDBOX_PORT", "CONSOLE_PORT", "MAIL_PORT", "GATEWAY_PORT")


def free_ports(names: tuple[str, ...]) -> dict[str, str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    numbers = [str(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(names, numbers, strict=True))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of `make run`, in a var/ and on ports of its own."""
    mine = {"VAR_DIR": str(tmp_path / "var"), "STATIC_MANIFEST": "1"}
    return os.environ | mine | free_ports(NAMES)


def run(module: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def launched(environment: dict[str, str], log: Path) -> Iterator[psutil.Process]:
    """The launcher, once its box is printed."""
    with log.open("w") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "tools.launch"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 90
        while "Ctrl-C stops" not in log.read_text():
            assert child.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield psutil.Process(child.pid)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGINT)
        child.wait(15)


@pytest.mark.parametrize("name", ["CONSOLE_PORT", "GATEWAY_PORT"])
def test_a_taken_port_is_one_sentence(environment: dict[str, str], name: str) -> None:
    with socket.create_server(("127.0.0.1", int(environment[name]))):
        ended = run("tools.launch", environment)
    assert ended.returncode == 1
    assert f"Port {environment[name]} is taken" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_data_of_another_version_is_one_sentence(environment: dict[str, str]) -> None:
    Path(environment["VAR_DIR"]).mkdir()
    (Path(environment["VAR_DIR"]) / "format").write_text("0\n")
    ended = run("tools.launch", environment)
    assert ended.returncode == 1
    assert "made by another version of the portal (format 0," in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("has_data", [False, True])
def test_a_database_that_was_only_looked_at_is_no_data(
    has_data: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make check` before the first `make run` leaves one without a table."""
    monkeypatch.setattr(launch, "VAR", tmp_path)
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        if has_data:
            opened.execute("CREATE TABLE kept (id)")
    if has_data:
        with pytest.raises(SystemExit):
            launch.check_format()
    else:
        launch.check_format()
    assert (tmp_path / "format").exists() != has_data


def test_what_is_no_database_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "VAR", tmp_path)
    (tmp_path / "portal.sqlite3").write_text(
        "not a database, but somebody's all the same"
    )
    with pytest.raises(SystemExit):
        launch.check_format()


def test_reset_leaves_a_folder_that_is_not_ours(environment: dict[str, str]) -> None:
    Path(environment["VAR_DIR"]).mkdir()
    mine = Path(environment["VAR_DIR"]) / "mine.txt"
    mine.touch()
    assert run("tools.reset", environment).returncode == 1
    assert mine.exists()


def listeners(processes: list[psutil.Process]) -> set[str]:
    return {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def people(environment: dict[str, str]) -> list[str]:
    path = Path(environment["VAR_DIR"]) / "portal.sqlite3"
    with sqlite3.connect(path) as database:
        rows = database.execute("select id from people_user order by id").fetchall()
    return [row[0] for row in rows]


@pytest.mark.slow
def test_it_starts_answers_stops_and_keeps_the_data(
    environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with launched(environment, log) as launcher:
        page = f"http://localhost:{environment['PORT']}/accounts/login/"
        with urllib.request.urlopen(page, timeout=5) as answer:
            assert answer.status == 200
        everyone = launcher.children(recursive=True)
        assert {ip.split(".")[0] for ip in listeners(everyone)} == {"127"}
        assert run("tools.reset", environment).returncode == 1
        assert run("tools.launch", environment).returncode == 1
        before, stopping = people(environment), time.monotonic()
        os.killpg(launcher.pid, signal.SIGINT)
        _, left = psutil.wait_procs([launcher, *everyone], timeout=12)
        assert left == []
        assert time.monotonic() - stopping < 10
    assert "Traceback" not in log.read_text()
    with launched(environment, log):
        assert people(environment) == before
    assert run("tools.reset", environment).returncode == 0
    assert not Path(environment["VAR_DIR"]).exists()


@pytest.mark.parametrize(
    ("founded", "expected"),
    [({}, None), ({"gateway": {"url": "https://127.0.0.1:18999"}}, 18999)],
)
def test_a_sandbox_from_before_the_gateway_takes_the_port_that_is_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    founded: dict[str, object],
    expected: int | None,
) -> None:
    monkeypatch.setattr(launch, "SANDBOX", tmp_path)
    config = {
        "hosts": [{"port": 1}],
        "control": {"url": "http://127.0.0.1:2"},
        "smtp": {"port": 3},
        **founded,
    }
    (tmp_path / "sandbox.json").write_text(json.dumps(config))
    assert launch.ports_of_sandbox().get("GATEWAY_PORT") == expected


@pytest.mark.slow
def test_a_killed_launcher_leaves_nobody_behind(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with launched(environment, tmp_path / "log") as launcher:
        everyone = launcher.children(recursive=True)
        assert len(everyone) >= 6
        launcher.kill()
        _, left = psutil.wait_procs(everyone, timeout=10)
    assert left == []


def test_the_demo_has_a_folder_to_hand_files_over_to() -> None:
    said = launch.street(dict.fromkeys(NAMES, 1))["HAND_OVER_FOLDERS"]
    assert said == f"CP00010.back-office={launch.HANDED_OVER}"


def test_a_sandbox_keeps_the_ports_it_was_founded_with(
    environment: dict[str, str],
) -> None:
    state = Path(environment["VAR_DIR"]) / "sandbox"
    state.mkdir(parents=True)
    taken = socket.create_server(("127.0.0.1", 0))
    number = taken.getsockname()[1]
    founded = {
        "hosts": [{"port": number}],
        "control": {"url": "http://127.0.0.1:1"},
        "smtp": {"port": 2},
    }
    (state / "sandbox.json").write_text(json.dumps(founded))
    with taken:
        ended = run("tools.launch", environment)
    assert f"Port {number} is taken" in ended.stderr

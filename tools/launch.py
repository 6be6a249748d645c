"""`make run`: prepares var/, then starts the Procfile under honcho."""

import ctypes
import errno
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from honcho.environ import parse_procfile
from honcho.manager import Manager

from portal.bundled import redis_server, redis_socket
from tools.street import FORMAT, ROOT, VAR, hold_lock, port, refuse

BIN = Path(sys.executable).parent
SANDBOX = VAR / "sandbox"
HANDED_OVER = VAR / "handed-over"  # a destination for the demo's rules
ADDRESSES = ("127.0.0.1", "127.0.1.131")  # the pages', and the exchange's first
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Prepare, start everything, and wait for Ctrl-C; the exit code."""
    os.umask(0o077)
    HANDED_OVER.mkdir(parents=True, exist_ok=True)
    with hold_lock():
        check_format()
        ports = check_ports()
        environment = os.environ | street(ports)
        environment["SIGN_INS"] = prepare(environment, ports)
        return start(environment)


def street(ports: dict[str, int]) -> dict[str, str]:
    """What the processes find in their environment; a .env file plays no part."""
    server = redis_server()
    if server is None:
        refuse(
            "There is no Redis server here: install one "
            "(apt-get install redis-server), or use Python 3.11 or 3.12."
        )
    return {
        "DEPLOYMENT": "sandbox",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(VAR),
        "SANDBOX_STATE": str(SANDBOX),
        "SANDBOX_DAILY_SCRIPT": "1",
        "FINI_SANDBOX_URL": f"https://127.0.0.1:{ports['GATEWAY_PORT']}",
        "FINI_SANDBOX_CA_FILE": str(SANDBOX / "gateway" / "ca.pem"),
        "HAND_OVER_FOLDERS": f"CP00010.back-office={HANDED_OVER}",
        "REDIS_SERVER": server,
        "REDIS_SOCKET": str(redis_socket(VAR)),
        "PORT": str(ports["PORT"]),
        "BASE_URL": f"http://localhost:{ports['PORT']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports['MAIL_PORT']}",
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        # A rehearsal in a container runs as root; Celery would say so at length.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }


def check_format() -> None:
    """Data of another version is left alone, and said to be so."""
    mark = VAR / "format"
    if not mark.exists() and not has_tables(VAR / "portal.sqlite3"):
        mark.write_text(FORMAT)
    found = mark.read_text().strip() if mark.exists() else "none"
    if found != FORMAT:
        refuse(
            f"{VAR} was made by another version of the portal (format {found}, "
            f"this one has {FORMAT}): clear it with `make reset`, or go back."
        )


def has_tables(database: Path) -> bool:
    """Not when it was only looked at, as `make check` does; what is no database is left
    alone as one with tables is."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as opened:
        try:
            return opened.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
        except sqlite3.DatabaseError:
            return True


def check_ports() -> dict[str, int]:
    """The ports by their variables; the first that is taken ends the start."""
    ports = {
        "PORT": port("PORT", 8000),
        "SANDBOX_PORT": port("SANDBOX_PORT", 18801),
        "CONSOLE_PORT": port("CONSOLE_PORT", 18880),
        "MAIL_PORT": port("MAIL_PORT", 18825),
        "GATEWAY_PORT": port("GATEWAY_PORT", 18843),
    } | ports_of_sandbox()
    for name, number in ports.items():
        if any(is_taken(address, number) for address in ADDRESSES):
            refuse(
                f"Port {number} is taken by another program: stop that, or choose "
                f"another with `make run {name}={number + 10}`"
                + ("." if name == "PORT" else " (after `make reset`, if run before).")
            )
    return ports


def ports_of_sandbox() -> dict[str, int]:
    """Those of a sandbox that is there already: it was founded with them."""
    try:
        config = json.loads((SANDBOX / "sandbox.json").read_text())
    except FileNotFoundError:
        return {}
    ports = {
        "SANDBOX_PORT": int(config["hosts"][0]["port"]),
        "CONSOLE_PORT": int(urlsplit(config["control"]["url"]).port or 0),
        "MAIL_PORT": int(config["smtp"]["port"]),
    }
    if "gateway" in config:  # one founded before there was a gateway gets it now
        ports["GATEWAY_PORT"] = int(urlsplit(config["gateway"]["url"]).port or 0)
    return ports


def is_taken(address: str, number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, number))
        except OSError as fault:
            return fault.errno == errno.EADDRINUSE  # macOS lacks 127.0.1.131
    return False


def prepare(environment: dict[str, str], ports: dict[str, int]) -> str:
    """Everything that must be there before the first process; the demo sign-ins."""
    sandbox = ["-m", "sandbox", "init", "--state", str(SANDBOX)]
    sandbox += ["--port", str(ports["SANDBOX_PORT"])]
    sandbox += ["--control-port", str(ports["CONSOLE_PORT"])]
    sandbox += ["--smtp-port", str(ports["MAIL_PORT"])]
    sandbox += ["--gateway-port", str(ports["GATEWAY_PORT"])]
    step("making the sandbox", sandbox, environment)
    step("migrating", ["manage.py", "migrate", "-v", "0"], environment)
    static = ["manage.py", "collectstatic", "--noinput", "-v", "0"]
    step("collecting static files", static, environment)
    sign_ins = step("seeding the demo people", ["manage.py", "demo"], environment)
    step("setting up the demo's FINI", ["manage.py", "demo_fini"], environment)
    return sign_ins


def step(doing: str, arguments: list[str], environment: dict[str, str]) -> str:
    """What the step printed; a failing one ends the start with all it said."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        refuse(f"{done.stdout}{done.stderr}Stopped while {doing}.")
    return done.stdout


def start(environment: dict[str, str]) -> int:
    """Run until Ctrl-C, or until one of the processes ends by itself."""
    manager = Manager()
    procfile = parse_procfile((ROOT / "Procfile").read_text())
    for name, command in procfile.processes.items():
        manager.add_process(name, leashed(command), env=environment, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    os.register_at_fork(after_in_child=die_with_parent)
    welcome = subprocess.Popen(
        [sys.executable, "-m", "tools.welcome"], cwd=ROOT, env=environment
    )
    manager.loop()
    welcome.terminate()
    welcome.wait()
    by_a_person = manager.returncode in (130, 143)
    return 0 if by_a_person else 1


def leashed(command: str) -> str:
    """The command, ended with whoever started it even if that was killed."""
    if shutil.which("setpriv") is None:
        return command
    return command.replace("exec ", "exec setpriv --pdeathsig TERM ", 1)


def die_with_parent() -> None:
    """honcho's own children end with it too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())

"""What a deployment must have; web, workers and beat refuse to start without.

Neither ASGI nor Celery runs Django's checks by itself, so both call
`refuse_unsafe_start`. `manage.py check --deploy --database default` shows the same.
"""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import ERROR, CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

SECRET_LENGTH = 50
MASTER_LENGTH = 32
OPEN_TO_OTHERS = 0o007


def refuse_unsafe_start() -> None:
    """Raises ImproperlyConfigured naming each fault with its id and hint."""
    # In a thread of its own: an event loop may be running here (uvicorn).
    with ThreadPoolExecutor(1) as aside:
        faults = aside.submit(_faults).result()
    if faults:
        lines = [f"({fault.id}) {fault.msg} {fault.hint or ''}" for fault in faults]
        raise ImproperlyConfigured("\n".join(["Unsafe, so not started:", *lines]))


def _faults() -> list[CheckMessage]:
    if settings.DEPLOYMENT != "real":
        return list(check_sandbox())
    try:
        found = run_checks(include_deployment_checks=True, databases=["default"])
    except DatabaseError:
        found = run_checks(include_deployment_checks=True)
        found.append(_unanswered())
    finally:
        connections.close_all()
    return [message for message in found if message.level >= ERROR]


def check_sandbox(*_: object, **__: object) -> list[CheckMessage]:
    """The sandbox kind has demo people and no second factor: loopback only."""
    if settings.DEPLOYMENT != "sandbox" or _is_loopback(settings.BASE_URL):
        return []
    return [
        Error(
            f"A sandbox deployment would be reached at {settings.BASE_URL}.",
            hint="Its people are demo people: give BASE_URL a loopback address, "
            "or set DEPLOYMENT=real.",
            id="portal.E011",
        )
    ]


def check_settings(*_: object, **__: object) -> list[CheckMessage]:
    """portal.E001 to E008 and E012, of a real deployment."""
    if settings.DEPLOYMENT != "real":
        return []
    return [
        Error(message, hint=hint, id=f"portal.{number}")
        for number, is_wrong, message, hint in RULES
        if is_wrong()
    ]


def check_people(
    app_configs: object = None, databases: Sequence[str] | None = None, **_: Any
) -> Iterator[CheckMessage]:
    """portal.E009: nobody who signs in with a published password."""
    if settings.DEPLOYMENT != "real" or not databases:
        return
    try:
        demo = apps.get_model("people.User").objects.filter(is_demo=True).exists()
    except DatabaseError:
        yield _unanswered()
        return
    if demo:
        yield Error(
            "Demo people are in this database.",
            hint="Everybody knows their passwords: a real deployment begins with an "
            "empty database and `manage.py invite`.",
            id="portal.E009",
        )


def _unanswered() -> CheckMessage:
    return Error(
        "The database does not answer, or has not been migrated.",
        hint="Look at DATABASE_URL and the server, then run `manage.py migrate`.",
        id="portal.E010",
    )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _weak_secret() -> bool:
    key = str(settings.SECRET_KEY)
    return key == settings.DEFAULT_SECRET or len(key) < SECRET_LENGTH


def _weak_master() -> bool:
    keys: list[bytes] = settings.MASTER_KEYS
    default = settings.DEFAULT_MASTER_KEY
    return not keys or any(len(k) != MASTER_LENGTH or k == default for k in keys)


def _is_sqlite() -> bool:
    url: str = settings.DATABASE_URL
    return not url or url.startswith("sqlite:")


def _open_folders() -> bool:
    folders = (Path(settings.VAR_DIR), Path(settings.FILES_ROOT))
    return any(f.exists() and f.stat().st_mode & OPEN_TO_OTHERS for f in folders)


def _bare_redis() -> bool:
    """Over TCP to another machine, Redis wants a password and TLS."""
    url = urlsplit(settings.REDIS_URL)
    if url.scheme == "unix" or _is_loopback(settings.REDIS_URL):
        return False
    return url.scheme != "rediss" or not url.password


RULES: tuple[tuple[str, Callable[[], bool], str, str], ...] = (
    ("E001", lambda: settings.DEBUG, "DEBUG is on.", "Remove DEBUG."),
    (
        "E002",
        _weak_secret,
        "SECRET_KEY is the published default, or short.",
        f"Set {SECRET_LENGTH} or more random characters.",
    ),
    (
        "E003",
        lambda: not settings.HTTPS,
        "BASE_URL does not begin with https://.",
        "Serve the portal over HTTPS and set BASE_URL to its address.",
    ),
    (
        "E004",
        _weak_master,
        "MASTER_KEYS has the published default, or a key that is not 32 bytes.",
        "Set the base64 of 32 random bytes: `openssl rand -base64 32`.",
    ),
    (
        "E005",
        lambda: not settings.EMAIL_CONFIGURED,
        "No mail server is configured, so alerts would reach nobody.",
        "Set EMAIL_URL, smtp+tls://person:password@host:587 for instance.",
    ),
    (
        "E006",
        lambda: _is_sqlite() and not settings.SINGLE_HOST,
        "The database is SQLite, which serves one machine only.",
        "Set DATABASE_URL to a PostgreSQL, or SINGLE_HOST=1 where all runs on one.",
    ),
    (
        "E007",
        lambda: settings.BUNDLED_REDIS,
        "Redis is the bundled one, which `make run` starts.",
        "Set REDIS_URL to a Redis server of your own.",
    ),
    (
        "E008",
        _open_folders,
        "VAR_DIR or FILES_ROOT is open to other users of this machine.",
        "chmod o-rwx both.",
    ),
    (
        "E012",
        _bare_redis,
        "Redis is on another machine without a password or without TLS.",
        "Set REDIS_URL to rediss://:password@host:6379/0.",
    ),
)


def register_all() -> None:
    """Called once, from an AppConfig's ready()."""
    register(check_sandbox, Tags.security, deploy=True)
    register(check_settings, Tags.security, deploy=True)
    register(check_people, Tags.database, deploy=True)

"""`manage.py clock`: business time of a rehearsal, the portal's and the exchange's."""

import datetime as dt
import http.client
import json
import math
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock

_SPAN = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,6})(?P<unit>[mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PATIENCE = 10.0


class Unreachable(Exception):
    """The exchange in a box was not made, does not run, or refuses."""


class Command(BaseCommand):
    help = (
        "Say business time in a sandbox deployment, or move it: the portal's and "
        "the exchange's together. Real deployments keep the machine's time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("to", nargs="?", help='Hong Kong: "2026-11-23 15:00"')
        where.add_argument("--add", metavar="SPAN", help="30m, 2h, 3d, 1w; --add=-3d")
        where.add_argument("--reset", action="store_true", help="the machine's time")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT != "sandbox":
            raise CommandError(
                "This deployment is real. Its clock is the machine's and cannot be"
                " moved. Rehearse in a sandbox: make run."
            )
        wanted = _wanted(options)
        if wanted is None:
            self._say(_exchange_time())
            return
        try:
            told = _ask("POST", "clock", {"offset_seconds": wanted})["now"]
        except Unreachable as fault:
            raise CommandError(
                f"{fault} No clock was moved. Start everything with `make run`, then"
                " say it again."
            ) from None
        clock.move_to(wanted)
        self._say(_shown(dt.datetime.fromisoformat(told)))

    def _say(self, exchange: str) -> None:
        seconds = round(clock.offset().total_seconds())
        self.stdout.write(f"Portal    {_shown(clock.now())}")
        self.stdout.write(f"Exchange  {exchange}")
        self.stdout.write(f"The portal's is {seconds:+d} s from the machine's clock.")


def _wanted(options: dict[str, Any]) -> int | None:
    """Seconds ahead of the machine's clock; None to leave it."""
    if options["reset"]:
        return 0
    if options["add"]:
        ahead = clock.offset() + _span(options["add"])
    elif options["to"]:
        ahead = _moment(options["to"]) - clock.real_now()
    else:
        return None
    if abs(ahead) > clock.FURTHEST:
        raise CommandError("The clock moves ten years at most. It was not moved.")
    return math.ceil(ahead.total_seconds())  # at the moment or after, never before


def _moment(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"{text} is no date and time. No clock was moved. Write it as"
            ' "2026-11-23 15:00", which is Hong Kong time.'
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=clock.HONG_KONG)


def _span(text: str) -> dt.timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise CommandError(
            f"{text} is no span of time. No clock was moved. Write 30m, 2h, 3d or 1w,"
            " and --add=-3d to go back."
        )
    span = dt.timedelta(**{_UNITS[found["unit"]]: int(found["number"])})
    return -span if found["sign"] == "-" else span


def _exchange_time() -> str:
    try:
        now = _ask("GET", "state")["now"]
    except Unreachable as fault:
        return str(fault)
    return _shown(dt.datetime.fromisoformat(now))


def _ask(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the control API answers. Raises Unreachable."""
    control = _control()
    line = http.client.HTTPConnection(
        urlsplit(control["url"]).netloc, timeout=_PATIENCE
    )
    try:
        headers = {"Authorization": f"Bearer {control['token']}"}
        sent = json.dumps(body) if body is not None else None
        line.request(method, f"/control/{path}", sent, headers)
        answer = line.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException):
        raise Unreachable("The exchange in a box does not answer.") from None
    finally:
        line.close()
    if answer.status != http.HTTPStatus.OK:
        raise Unreachable(f"The exchange in a box refuses: {text.strip()}")
    told: dict[str, Any] = json.loads(text)
    return told


def _control() -> dict[str, str]:
    path = Path(settings.SANDBOX_STATE) / "sandbox.json"
    try:
        found: dict[str, str] = json.loads(path.read_text())["control"]
    except (OSError, ValueError, KeyError):
        raise Unreachable(f"There is no exchange in a box in {path.parent}.") from None
    return found


def _shown(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.HONG_KONG):%a %d %b %Y, %H:%M:%S} Hong Kong time"

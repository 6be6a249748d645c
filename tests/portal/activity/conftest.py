"""Small builders of activity rows, and a database that other processes can share."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.activity import transaction
from portal.activity.models import SITE, Activity, Endpoint, Kind, Status
from portal.activity.services import append
from portal.people.models import Participant, User
from tests.lifting import lifted_triggers

Write = Callable[..., Activity]


def write(
    participant: Participant | None,
    description: str = "",
    *,
    kind: Kind = Kind.LOGIN,
    status: Status = Status.SUCCESSFUL,
    endpoint: Endpoint = Endpoint.WEB,
    user: User | None = None,
) -> Activity:
    """One row, in a transaction of its own."""
    with transaction.atomic():
        append(participant, kind, endpoint, description, status, user=user)
    return last(participant)


def last(participant: Participant | None) -> Activity:
    name = participant.code if participant else SITE
    return (
        Activity.objects.select_related("chain").filter(chain__name=name).latest("seq")
    )


@pytest.fixture
def lifted(db: None) -> Iterator[None]:
    """The database lets activity rows be changed, as it never does in the product."""
    with lifted_triggers():
        yield


def moved(row: Activity, at: dt.datetime) -> None:
    """Set a row's time; needs `lifted`. Breaks the chain, of course."""
    Activity.objects.filter(pk=row.pk).update(at=at)


class Elsewhere:
    """Runs our code in processes of their own, on a database they share."""

    def __init__(self, url: str) -> None:
        self.env = os.environ | {"DATABASE_URL": url}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> str:
        out, errors = self.start(*arguments).communicate(timeout=60)
        return out + errors


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Callable[[], Elsewhere]:
    """Call it when the rows that the processes need are committed. On PostgreSQL they
    use the test database itself, on SQLite a copy in a file."""

    def share() -> Elsewhere:
        if connection.vendor == "postgresql":
            params = connection.settings_dict
            where = f"{params['HOST']}:{params['PORT']}/{params['NAME']}"
            return Elsewhere(
                f"postgres://{params['USER']}:{params['PASSWORD']}@{where}"
            )
        path = tmp_path / "shared.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        return Elsewhere(f"sqlite:///{path}")

    return share

"""The named cast of the tests, and what the machine lacks."""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.db import connection
from xdist.remote import Producer

from portal.people.models import Identity, IdentityKind, Membership, Participant, User
from tests.environment import VAR
from tests.lifting import flush_lifts_triggers
from tests.scheduling import ByPlace, long_first

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
PASSWORD = "correct horse battery staple"


def pytest_configure() -> None:
    """Scrypt takes a tenth of a second a person, and the cast signs in a thousand
    times. Not on import: what happens backstage of a running site shares this file,
    and that site must know the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPlace:
    config.option.loadscopereorder = False  # long_first has ordered them
    return ByPlace(config, log)


ROOT = Path(__file__).parent
REAL_TIME = {"browser", "sandbox", "sandbox_own"}
TOUCHES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the database is run again on PostgreSQL. In CI, what waits for a
    browser or for real workers has a second try; which ones took it is printed."""
    long_first(items)
    for item in items:
        waits = any(item.path.is_relative_to(ROOT / name) for name in REAL_TIME)
        if waits and os.environ.get("CI") == "true":
            item.add_marker(pytest.mark.flaky(reruns=1))
        fixtures = set(getattr(item, "fixturenames", ()))
        uses = fixtures & TOUCHES_DATABASE or item.get_closest_marker("django_db")
        if uses and not item.get_closest_marker("sqlite"):
            item.add_marker("database")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With REQUIRE_ALL=1 a skip is a failure."""
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Also that of a whole file."""
    return refuse_skip((yield))


def refuse_skip(report: Report) -> Report:
    if os.environ.get("REQUIRE_ALL") == "1" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 and skipped: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What this machine lacks, one line each; and why a second try was needed."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-8000:])
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, number in reasons.items():
        terminalreporter.write_line(f"skipped {number}: {reason}")


@pytest.fixture(scope="session", autouse=True)
def _emptied_tables() -> Iterator[None]:
    """A transactional test empties the tables, the append-only ones too."""
    with flush_lifts_triggers():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a file: a test's threads see one database, as in production."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(VAR / "test.sqlite3")


@pytest.fixture
def participant(db: None) -> Participant:
    """Exchange participant CP00010, where alice, bob, charlie and dora work."""
    return Participant.objects.create(
        code="CP00010", name="Harbour Securities Limited", is_ep=True, is_cp=True
    )


@pytest.fixture
def other_participant(db: None) -> Participant:
    """CP00099, where only mallory works."""
    return Participant.objects.create(code="CP00099", name="Peak Brokers", is_ep=True)


@pytest.fixture
def ce_number(participant: Participant) -> Identity:
    return Identity.objects.create(
        participant=participant, kind=IdentityKind.CE_NUMBER, code="AAA000"
    )


@pytest.fixture
def firm_id(participant: Participant) -> Identity:
    return Identity.objects.create(
        participant=participant, kind=IdentityKind.FIRM_ID, code="00000"
    )


def person(name: str, participant: Participant, **roles: bool) -> User:
    """A user with a membership; keyword arguments are is_operator and so on."""
    user = User.objects.create_user(name, f"{name}@example.test", PASSWORD)
    membership = Membership.objects.create(user=user, participant=participant, **roles)
    membership.identities.set(participant.identities.all())
    return user


@pytest.fixture
def alice(participant: Participant, ce_number: Identity, firm_id: Identity) -> User:
    """Operator."""
    return person("alice", participant, is_operator=True)


@pytest.fixture
def bob(participant: Participant, ce_number: Identity, firm_id: Identity) -> User:
    """Approver."""
    return person("bob", participant, is_approver=True)


@pytest.fixture
def charlie(participant: Participant, ce_number: Identity, firm_id: Identity) -> User:
    """Administrator."""
    return person("charlie", participant, is_admin=True)


@pytest.fixture
def dora(participant: Participant, ce_number: Identity, firm_id: Identity) -> User:
    """Compliance."""
    return person("dora", participant, is_compliance=True)


@pytest.fixture
def mallory(other_participant: Participant) -> User:
    """Everything, but elsewhere."""
    return person(
        "mallory",
        other_participant,
        is_operator=True,
        is_approver=True,
        is_admin=True,
    )

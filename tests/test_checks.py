"""A real deployment refuses to start while something is unsafe, and says each thing."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from portal import checks
from portal.people.models import User


@pytest.fixture
def real(settings: Settings, tmp_path: Path) -> Settings:
    """A real deployment with nothing wrong."""
    tmp_path.chmod(0o700)
    settings.DEPLOYMENT = "real"
    settings.BASE_URL = "https://portal.example.com"
    settings.HTTPS = True
    settings.SECRET_KEY = "s" * 64
    settings.MASTER_KEYS = [b"m" * 32]
    settings.EMAIL_CONFIGURED = True
    settings.DATABASE_URL = "postgres://database.example.com/portal"
    settings.SINGLE_HOST = False
    settings.BUNDLED_REDIS = False
    settings.REDIS_URL = "rediss://:password@redis.example.com/0"
    settings.VAR_DIR = settings.FILES_ROOT = tmp_path
    return settings


def ids() -> set[str]:
    return {str(message.id) for message in checks.check_settings()}


def test_a_whole_real_deployment_has_no_fault(real: Settings) -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DEBUG", True, "portal.E001"),
        ("SECRET_KEY", "short", "portal.E002"),
        ("HTTPS", False, "portal.E003"),
        ("MASTER_KEYS", [], "portal.E004"),
        ("MASTER_KEYS", [b"m" * 31], "portal.E004"),
        ("MASTER_KEYS", [b"m" * 32, b"short"], "portal.E004"),
        ("EMAIL_CONFIGURED", False, "portal.E005"),
        ("BUNDLED_REDIS", True, "portal.E007"),
        ("REDIS_URL", "redis://:password@redis.example.com/0", "portal.E012"),
        ("REDIS_URL", "rediss://redis.example.com/0", "portal.E012"),
    ],
)
def test_each_fault_has_its_id(
    real: Settings, name: str, value: Any, fault: str
) -> None:
    setattr(real, name, value)
    assert ids() == {fault}


def test_the_published_defaults_are_refused(real: Settings) -> None:
    real.SECRET_KEY = real.DEFAULT_SECRET
    real.MASTER_KEYS = [real.DEFAULT_MASTER_KEY]
    assert ids() == {"portal.E002", "portal.E004"}


@pytest.mark.parametrize("address", ["", "sqlite:////srv/portal.sqlite3"])
def test_sqlite_wants_a_single_host(real: Settings, address: str) -> None:
    real.DATABASE_URL = address
    assert ids() == {"portal.E006"}
    real.SINGLE_HOST = True
    assert ids() == set()


def test_a_folder_open_to_others_is_refused(real: Settings, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert ids() == {"portal.E008"}


@pytest.mark.parametrize(
    "address", ["unix:///run/redis.sock", "redis://127.0.0.1:6379/0"]
)
def test_redis_on_this_machine_needs_no_password(real: Settings, address: str) -> None:
    real.REDIS_URL = address
    assert ids() == set()


def test_demo_people_are_refused(real: Settings, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_demo=True)
    found = list(checks.check_people(databases=["default"]))
    assert [message.id for message in found] == ["portal.E009"]


def test_people_of_your_own_are_welcome(real: Settings, alice: User) -> None:
    assert list(checks.check_people(databases=["default"])) == []


def test_a_sandbox_is_only_reached_on_loopback(settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.com"
    with pytest.raises(ImproperlyConfigured, match=r"portal\.E011"):
        checks.refuse_unsafe_start()


@pytest.mark.parametrize(
    "address", ["http://localhost:8000", "http://127.0.0.1:1", "http://[::1]:8000"]
)
def test_a_sandbox_on_loopback_starts(settings: Settings, address: str) -> None:
    settings.BASE_URL = address
    checks.refuse_unsafe_start()

"""settings.py and .env.example tell the same story."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.reports import SettingsFilter

ROOT = Path(__file__).resolve().parent.parent


def read_settings(expression: str, **variables: str) -> str:
    """What an expression over the settings gives in an environment; or the error."""
    code = f"from django.conf import settings; print({expression})"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return (run.stdout or run.stderr).strip()


def test_every_variable_is_explained_in_the_example() -> None:
    source = (ROOT / "portal/settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    assert read == set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE))


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    plain = read_settings("settings.DATABASES, settings.STATIC_ROOT")
    example = read_settings(
        "settings.DATABASES, settings.STATIC_ROOT", ENV_FILE=str(ROOT / ".env.example")
    )
    assert example == plain


def test_a_database_url_moves_the_database() -> None:
    found = read_settings(
        "[settings.DATABASES['default'][k] for k in ('ENGINE', 'HOST', 'PASSWORD')]",
        DATABASE_URL="postgres://portal:p%40ss@database.example.com/portal",
    )
    engine = "django.db.backends.postgresql"
    assert found == f"['{engine}', 'database.example.com', 'p@ss']"


def test_without_it_the_database_is_sqlite_under_var(tmp_path: Path) -> None:
    odd = tmp_path / "a+b %41 c"
    found = read_settings("settings.DATABASES['default']['NAME']", VAR_DIR=str(odd))
    assert found == str(odd / "portal.sqlite3")


def test_a_redis_url_moves_the_broker_too() -> None:
    found = read_settings(
        "settings.REDIS_URL, settings.CELERY_BROKER_URL, settings.BUNDLED_REDIS",
        REDIS_URL="unix:///run/redis.sock?db=2",
    )
    assert "redis+socket:///run/redis.sock?virtual_host=2" in found
    assert found.endswith("False")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEPLOYMENT", "prod", "DEPLOYMENT is either sandbox or real."),
        ("ENVIRONMENT", "live", "ENVIRONMENT is either production or test."),
        ("MASTER_KEYS", "not base64!", "MASTER_KEYS holds something not base64."),
    ],
)
def test_a_wrong_value_is_one_sentence(name: str, value: str, sentence: str) -> None:
    answer = read_settings("settings.DEBUG", **{name: value})
    assert answer.splitlines()[-1].endswith(sentence)


def test_an_https_address_turns_the_safe_cookies_on() -> None:
    found = read_settings(
        "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        "settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS > 0,"
        "'portal.example.com' in settings.ALLOWED_HOSTS",
        BASE_URL="https://portal.example.com",
    )
    assert found == "True True True True True"


def test_debug_is_off() -> None:
    assert read_settings("settings.DEBUG") == "False"


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "MASTER_KEYS", "REDIS_URL"),
        *("CELERY_BROKER_URL", "EMAIL_HOST_PASSWORD", "DATABASE_URL", "CACHES"),
    ],
)
def test_an_error_report_hides_what_opens_a_door(name: str) -> None:
    report = SettingsFilter()
    assert report.get_safe_settings()[name] == report.cleansed_substitute
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER.endswith("SettingsFilter")


def test_a_new_folder_has_a_store_that_answers(tmp_path: Path) -> None:
    """Or the first quarter of an hour ends with an alarm about nothing."""
    told = read_settings("settings.FILES_ROOT.is_dir()", VAR_DIR=str(tmp_path / "var"))
    assert told == "True"


def test_a_store_elsewhere_is_not_made_in_place_of_a_missing_mount(
    tmp_path: Path,
) -> None:
    elsewhere = {"VAR_DIR": str(tmp_path / "var"), "FILES_ROOT": str(tmp_path / "nfs")}
    assert read_settings("settings.FILES_ROOT.exists()", **elsewhere) == "False"

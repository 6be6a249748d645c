"""Without Redis the door stays locked, and opens to who has the key."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from portal.people import throttles
from portal.people.models import User
from tests.portal.people.builders import is_signed_in, sign_in

NO_REDIS = {
    "default": {
        "BACKEND": "portal.people.throttles.ThrottleCache",
        "LOCATION": "redis://127.0.0.1:1",
    }
}


@pytest.fixture
def no_redis(settings: Settings) -> Iterator[None]:
    settings.CACHES = NO_REDIS
    yield
    throttles.ThrottleCache._lost_until = 0.0


def test_people_sign_in_without_redis(
    client: Client, alice: User, no_redis: None
) -> None:
    assert sign_in(client, "alice").status_code == 302
    assert is_signed_in(client)


def test_three_wrong_passwords_lock_without_redis(
    client: Client, bob: User, no_redis: None
) -> None:
    for _ in range(3):
        sign_in(client, "bob", "not it")
    assert "is locked until" in sign_in(client, "bob").content.decode()
    assert not is_signed_in(client)


def test_a_code_is_used_once_without_redis(no_redis: None) -> None:
    assert throttles.first_use("someone", "123456")
    assert not throttles.first_use("someone", "123456")


def test_the_third_of_a_name_locks_it() -> None:
    assert [throttles.note_wrong_password("carol") for _ in range(3)] == [
        False,
        False,
        True,
    ]


def test_what_people_type_is_not_in_redis() -> None:
    assert "carol" not in throttles._key("wrong", "carol")


@pytest.mark.parametrize("spelled", ["ALICE", "al\u0131ce", " Alice "])
def test_a_name_is_counted_however_a_database_may_read_it(spelled: str) -> None:
    """PostgreSQL's UPPER makes I of the dotless i too, and finds the same person."""
    for name in ("alice", spelled, "alice"):
        throttles.note_wrong_password(name)
    assert throttles.locked_until(spelled) is not None

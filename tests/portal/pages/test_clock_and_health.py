"""The two public addresses that tell nothing about anybody."""

import time

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.pages.views import health


def test_the_clock_tells_business_time_without_the_database(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/clock/")
    assert abs(answer.json()["now"] - time.time()) < 5


def test_health_is_ok_while_the_database_answers(client: Client, db: None) -> None:
    assert client.get("/health/").content == b"ok"


def test_health_is_503_when_it_does_not(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "connection", Refusing())
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert b"secret" not in answer.content


class Refusing:
    def cursor(self) -> None:
        raise DatabaseError("secret host name")

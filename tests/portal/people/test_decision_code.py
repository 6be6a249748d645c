"""The one-time code that a decision asks for: of the app alone, once, throttled."""

from collections.abc import Iterator

import pytest
from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from portal.people import forms, second_factor
from portal.people.forms import DecisionCode
from portal.people.models import User
from tests.portal.people.builders import ADDRESS, activities, code, with_app, wrong_code


@pytest.fixture(autouse=True)
def in_a_request(rf: RequestFactory, bob: User) -> Iterator[None]:
    cache.clear()
    request = rf.post("/", REMOTE_ADDR=ADDRESS)
    request.user = bob
    with context.request_context(request):
        yield


def errors(user: User, digits: str) -> str:
    form = DecisionCode(user=user, data={"code": digits})
    return "" if form.is_valid() else " ".join(map(str, form.errors["code"]))


def test_the_code_shown_now_is_taken(bob: User) -> None:
    assert errors(with_app(bob), code()) == ""


def test_it_is_taken_once(bob: User) -> None:
    with_app(bob)
    digits = code()
    errors(bob, digits)
    assert errors(bob, digits) == forms.USED


def test_a_wrong_one_is_told_and_recorded(bob: User) -> None:
    assert errors(with_app(bob), wrong_code()) == forms.WRONG
    (row,) = activities("Login")
    assert row.description == "Wrong one-time code for a decision"
    assert row.status == "Failed"


def test_three_wrong_ones_stop_the_right_one(bob: User) -> None:
    with_app(bob)
    for _ in range(3):
        errors(bob, wrong_code())
    assert "too many wrong tries" in errors(bob, code())


def test_a_recovery_code_is_not_taken_and_stays_unused(bob: User) -> None:
    with_app(bob)
    recovery = RecoveryCodes.activate(bob)
    first = recovery.get_unused_codes()[0]
    assert errors(bob, first) == forms.OF_THE_APP
    assert first in recovery.get_unused_codes()


def test_another_person_s_code_is_not_taken(alice: User, bob: User) -> None:
    with_app(alice)
    assert errors(bob, code()) == forms.NO_APP


def test_a_real_deployment_always_asks(bob: User, settings: Settings) -> None:
    settings.DEPLOYMENT = "real"
    assert second_factor.is_asked(bob)


def test_a_sandbox_asks_those_who_have_an_app(bob: User, settings: Settings) -> None:
    settings.DEPLOYMENT = "sandbox"
    assert not second_factor.is_asked(bob)
    assert second_factor.is_asked(with_app(bob))

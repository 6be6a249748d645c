"""An error report says where it broke, and nothing that a person typed."""

import sys

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

TYPED = "A123456(3)"
PASSWORD = "hunter2hunter2"


def broken(request: HttpRequest) -> ExceptionReporter:
    """The report of a view that breaks with everything in hand."""
    try:
        number, made_of_it = request.POST["number"], dict(request.POST)
        raise RuntimeError(f"{len(number)} characters, {len(made_of_it)} fields")
    except RuntimeError:
        kind, value, traceback = sys.exc_info()
        return ExceptionReporter(request, kind, value, traceback, is_email=True)


@pytest.fixture
def request_() -> HttpRequest:
    posted = {"number": TYPED, "password": PASSWORD}
    request = RequestFactory().post("/p/CP00010/fini/people/", posted)
    request.COOKIES["sessionid"] = "s3ss10n"
    return request


@pytest.mark.parametrize("form", ["get_traceback_text", "get_traceback_html"])
def test_a_report_shows_no_value_of_the_request_or_the_frames(
    request_: HttpRequest, form: str
) -> None:
    report = getattr(broken(request_), form)()
    assert not any(word in report for word in (TYPED, PASSWORD, "s3ss10n"))
    assert "RuntimeError" in report
    assert "in broken" in report or "broken</code>" in report
    assert "number" in report  # that there was such a field helps


def test_a_developer_sees_what_was_sent(
    request_: HttpRequest, settings: Settings
) -> None:
    settings.DEBUG = True
    assert TYPED in broken(request_).get_traceback_text()

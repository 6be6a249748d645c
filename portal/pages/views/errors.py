"""The pages of what went wrong, in the design's words; 500 asks no database."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.pages import context
from portal.pages.middleware import is_whole_page

TOO_LARGE = 413


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, "413.html", TOO_LARGE)
    return _answer(request, "400.html", 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, "404.html", 404)


def takes_a_form(request: HttpRequest) -> HttpResponse:
    return _answer(request, "405.html", 405)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, "403_csrf.html", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Without context processors: they may be what is broken."""
    at = context.bare()
    return HttpResponse(render(None, "500.html", {"frame": at}).content, status=500)


def _answer(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page with the frame when signed in; a partial gets one word, never a page."""
    if not is_whole_page(request):
        return HttpResponse(f"{status}", status=status, content_type="text/plain")
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    base = "base.html" if signed_in else "base_solo.html"
    return render(request, template, {"base": base}, status=status)

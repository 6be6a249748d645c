"""An address that only takes a form, opened as a page: after a form was refused, it is
what the browser's bar holds, and what a sign-in leads back to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.pages.views import errors

METHOD_NOT_ALLOWED = 405


class FormAddressMiddleware:
    """Answers with a page, where Django's own answer is empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != METHOD_NOT_ALLOWED or request.method != "GET":
            return answer
        page = errors.takes_a_form(request)
        page["Allow"] = answer["Allow"]
        return page

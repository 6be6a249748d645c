"""What waits for a second pair of eyes: who asked, when, until when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.approvals import selectors
from portal.people import guards
from portal.people.guards import ActingRequest


@require_safe
@guards.member()
def waiting(request: ActingRequest) -> HttpResponse:
    return answer(request)


def answer(request: ActingRequest, error: str = "", status: int = 200) -> HttpResponse:
    """The page, with the sentence of a decision that could not be taken."""
    context = {"waiting": selectors.waiting(request.acting), "error": error}
    return render(request, "approvals/waiting.html", context, status=status)

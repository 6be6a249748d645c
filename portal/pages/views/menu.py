"""The side menu alone, for its counts: what the open page fetches again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.pages import menu as side_menu
from portal.people import guards
from portal.people.guards import ActingRequest


@require_safe
@guards.member()
def menu(request: ActingRequest) -> HttpResponse:
    """`at` is the page on which the menu stands, for aria-current."""
    at = request.GET.get("at", "")[:300]
    sections = side_menu.sections(request.acting, at)
    rows = {"sections": sections, "acting": request.acting, "at": at}
    return render(request, "_menu.html", rows)

"""The Download Corner: what HKEX has distributed, newest first, filtered, by key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.exchange.hktime import hk_time
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from transfers.corner_forms import SIZES, CornerForm
from transfers.selectors import corner as selectors
from transfers.selectors import corner_states
from transfers.selectors.corner import Page
from transfers.selectors.corner_words import SOON, lines


@guards.member()
@require_safe
def downloads(request: ActingRequest) -> HttpResponse:
    form = CornerForm(request.GET, request.acting.participant)
    return answer(request, request.acting, form)


def answer(
    request: HttpRequest, acting: Acting, form: CornerForm, notice: str = ""
) -> HttpResponse:
    """The page, or its list alone; with wrong filters it says which, and is a 400."""
    valid = form.is_valid()
    context = {"form": form, "errors": _errors(form), "notice": notice}
    context |= _listed(acting, form) if valid else {"page": None}
    part = "X-Partial" in request.headers  # an open page asks for the list alone
    template = "_files.html" if part else "corner.html"
    status = 400 if notice or not valid else 200
    return render(request, f"transfers/downloads/{template}", context, status=status)


def _listed(acting: Acting, form: CornerForm) -> dict[str, Any]:
    now, given, wanted = clock.now(), form.cleaned_data, form.wanted()
    size = given["size"] or SIZES[0]
    page = selectors.page(wanted, size, given["older"] or 0, given["newer"] or 0)
    is_top = not (given["older"] or given["newer"])
    seen = (given["seen"] if given["seen"] is not None else page.newest) or 1
    shown = lines(page.rows, now, seen if is_top else 0)
    return {
        "page": page,
        "lines": shown,
        "news": sum(line.is_new for line in shown),
        "is_filtered": wanted.is_filtered,
        "here": form.address(
            older=given["older"], newer=given["newer"], seen=seen if is_top else None
        ),
        "filters": form.address(),
        "newer_query": form.address(newer=page.newer) if page.newer else "",
        "older_query": form.address(older=page.older) if page.older else "",
        "looked_to": hk_time(page.looked_to) if page.looked_to else None,
        "total_words": _total(page),
        "subjects": selectors.subjects(acting.participant),
        "leaving": lines(selectors.leaving(acting.participant, now, SOON, 3), now),
        "sizes": SIZES,
        "size": size,
        "states": corner_states.of(acting.participant, now),
    }


def _total(page: Page) -> str:
    """214, 10,000+"""
    return f"{page.total:,}{'+' if page.is_more else ''}"


def _errors(form: CornerForm) -> list[tuple[str, str]]:
    """(id of the field, sentence); the pager's keys have no field to go to."""
    return [
        ("" if name in ("older", "newer", "seen") else f"id_{name}", str(error))
        for name, errors in form.errors.items()
        for error in errors
    ]

"""Activity Enquiry: what people and the portal have done, filtered, by key."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.activity import export, selectors
from portal.activity.forms import EnquiryForm, written
from portal.activity.models import Activity, Chain, Status
from portal.people import guards
from portal.people.guards import ActingRequest

STATES: dict[str, str] = {
    Status.SUCCESSFUL: "ok",
    Status.FAILED: "bad",
    Status.WARNING: "warn",
    Status.UNCONFIRMED: "hold",
    Status.PENDING: "idle",
    Status.DRAFT: "idle",
    Status.QUEUED: "idle",
    Status.UPLOADING: "run",
    Status.AWAITING_ACKNOWLEDGMENT: "idle",
}


@dataclass(frozen=True)
class Line:
    """One entry as the table shows it."""

    row: Activity
    at: dt.datetime
    state: str
    word: str


@require_safe
@guards.member()
def enquiry(request: ActingRequest) -> HttpResponse:
    form = EnquiryForm(request.GET, clock.today())
    chain = selectors.chain_of(request.acting.participant)
    return answer(request, form, chain)


def answer(
    request: HttpRequest, form: EnquiryForm, chain: Chain | None
) -> HttpResponse:
    """The page; with wrong filters it says which, lists nothing and is a 400."""
    valid = form.is_valid()
    page = selectors.page(chain, form.query()) if valid else None
    context = {
        "form": form,
        "errors": _errors(form),
        "chain": chain,
        "page": page,
        "lines": [_line(row) for row in page.rows] if page else [],
        "whole": None if page and page.rows else selectors.whole(chain),
        "export_query": form.address(),
        "export_name": export.file_name(clock.now()),
    }
    if page and page.newer:
        context["newer_query"] = form.address(newer=written(page.newer))
    if page and page.older:
        context["older_query"] = form.address(older=written(page.older))
    return render(
        request, "activity/enquiry.html", context, status=200 if valid else 400
    )


def _errors(form: EnquiryForm) -> list[tuple[str, str]]:
    """(id of the field, sentence); the pager's keys have no field to go to."""
    return [
        ("" if name in ("older", "newer") else f"id_{name}", str(error))
        for name, errors in form.errors.items()
        for error in errors
    ]


def _line(row: Activity) -> Line:
    """The status is a word of the design already; one of an older version stays."""
    at = row.at.astimezone(clock.HONG_KONG)
    return Line(row, at, STATES.get(row.status, "idle"), row.status)

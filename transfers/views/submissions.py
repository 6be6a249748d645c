"""The list of submissions: newest first, by key, filtered."""

import urllib.parse
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.forms import ListForm
from transfers.models import Submission
from transfers.selectors import submissions as selectors
from transfers.selectors.state_words import StateWords, state_words
from transfers.spec import catalogue


@dataclass(frozen=True)
class Line:
    """One submission as the table shows it."""

    row: Submission
    state: StateWords

    @property
    def name(self) -> str:
        entry = catalogue.FILE_IDS.get(self.row.file_id)
        return entry.name if entry else self.row.file_id


@guards.member()
@require_safe
def submissions(request: ActingRequest) -> HttpResponse:
    form = ListForm(request.GET)
    form.is_valid()  # an unknown value filters nothing, and its field says so
    wanted = {name: form.cleaned_data.get(name) or "" for name in ("status", "file_id")}
    page = selectors.page(
        request.acting.participant,
        after=form.cleaned_data.get("after") or "",
        day=form.cleaned_data.get("day"),
        **wanted,
    )
    context = {
        "form": form,
        "lines": [Line(row, state_words(row)) for row in page.rows],
        "older": _address(form, page.next_key) if page.next_key else "",
        "is_filtered": any(form.cleaned_data.get(name) for name in ("day", *wanted)),
        "can_submit": Role.OPERATOR in request.acting.roles,
    }
    part = "X-Partial" in request.headers  # an open page asks for the list alone
    template = "_submissions.html" if part else "submissions.html"
    return render(request, f"transfers/{template}", context)


def _address(form: ListForm, key: str) -> str:
    kept = {
        name: str(value)
        for name in ("status", "file_id", "day")
        if (value := form.cleaned_data.get(name))
    }
    return urllib.parse.urlencode({**kept, "after": key})

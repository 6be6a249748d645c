"""One record's person: masked, and in full for the one answer to a reason."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fini.models import EipoSubscription
from fini.people_forms import ReasonForm
from fini.persons import Person
from fini.refusals import Refusal
from fini.selectors import codes
from fini.selectors import people as selectors
from fini.services import reveals
from portal import clock, secrets
from portal.people import guards
from portal.people.guards import ActingRequest

DAMAGED = (
    "The personal data of this record cannot be opened. Nothing was shown. They are "
    "damaged, or sealed under a master key that is not here: tell who runs the portal."
)


@guards.member(*selectors.MAY_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = selectors.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    if request.method != "POST":
        return _page(request, row, ReasonForm())
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason, now = form.cleaned_data["reason"], clock.now()
        try:
            shown = reveals.reveal(row, reason, request.acting, now)
        except Refusal as refusal:
            form.add_error("reason", str(refusal))
        except secrets.CannotOpen:
            form.add_error("reason", DAMAGED)
        else:
            return _page(request, row, form, shown)
    return _page(request, row, form)


def _page(
    request: ActingRequest,
    row: EipoSubscription,
    form: ReasonForm,
    shown: Person | None = None,
) -> HttpResponse:
    """Never kept by anybody on the way, nor by the browser."""
    labels = codes.labels(request.acting.participant)
    context = {
        "row": row,
        "line": selectors.masked(row, labels),
        "form": form,
        "shown": shown,
        "now": clock.now(),
        "an_hour": reveals.AN_HOUR,
        "most": reveals.MOST,
    }
    status = 422 if form.errors else 200
    answer = render(request, "fini/people/person.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer

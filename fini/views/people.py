"""Personal data: the records of one identity document, masked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fini.people_forms import MoreForm, SearchForm
from fini.refusals import Refusal
from fini.selectors import people as selectors
from fini.services import searches
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest


@guards.member()
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: ActingRequest) -> HttpResponse:
    """A number travels in the body of a form, and is in no address."""
    participant = request.acting.participant
    if request.method != "POST":
        return _page(request, SearchForm(participant))
    form = SearchForm(participant, request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            hashes = searches.search(
                form.id_types,
                told["jurisdiction"],
                told["number"],
                request.acting,
                clock.now(),
            )
        except Refusal as refusal:
            form.add_error("number", refusal.sentences[0])
        else:
            return _page(request, form, hashes)
    return _page(request, form)


@guards.member()
@require_POST
def more(request: ActingRequest) -> HttpResponse:
    """A further page of a search that was recorded when it was begun."""
    asked = MoreForm(request.POST)
    if asked.is_valid():
        told = asked.cleaned_data
        try:
            hashes = searches.brought(told["found"], request.acting)
        except Refusal:
            pass  # said below, as for what is no page at all
        else:
            form = SearchForm(request.acting.participant)
            return _page(request, form, hashes, told["after"])
    messages.error(request, searches.NOT_OURS)
    return redirect("fini_people", request.acting.participant.code)


def _page(
    request: ActingRequest,
    form: SearchForm,
    hashes: list[bytes] | None = None,
    after: str = "",
) -> HttpResponse:
    acting = request.acting
    page = selectors.found(acting.participant, hashes, after) if hashes else None
    context = {
        "form": form,
        "page": page,
        "carried": searches.carried(hashes, acting) if hashes else "",
    }
    status = 422 if form.errors else 200
    answer = render(request, "fini/people/people.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer

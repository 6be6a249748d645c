"""Add an account: a login that HKEX has given the participant at a facility."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keys.forms import AccountForm
from keys.refusals import Refusal
from keys.services import accounts as services
from keys.views.lookups import page_of
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

ADDED = "The account is added. Make a key for it next."


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActingRequest) -> HttpResponse:
    acting, posted = request.acting, request.method == "POST"
    form = AccountForm(acting.participant, request.POST if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.add_account(
                given["facility"],
                given["login_id"],
                given["identities"],
                acting,
                clock.now(),
            )
        except Refusal as refusal:
            form.add_error("login_id", str(refusal))
        else:
            messages.success(request, ADDED)
            return page_of(made)
    status = 422 if posted else 200
    return render(request, "keys/add.html", {"form": form}, status=status)

"""A person does not wait: a visit now, or one file that would be fetched tomorrow."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from keys.models import SftpAccount
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.models import RetrievedFile
from transfers.selectors.fetching import why_not
from transfers.services import rounds

ASKED = "A visit is asked for. What it finds shows here and in the Download Corner."


@guards.member(Role.OPERATOR, Role.ADMIN)
@require_POST
def visit_now(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    rows = SftpAccount.objects.select_related("facility", "participant")
    account = get_object_or_404(rows, pk=pk, participant=request.acting.participant)
    now = clock.now()
    rounds.ask(account, request.acting, now)
    why = why_not(account, now)
    said = f"{why} The visit is made as soon as it can be." if why else ASKED
    messages.info(request, said)
    return redirect("fetching", request.acting.participant.code)


@guards.member(Role.OPERATOR, Role.ADMIN)
@require_POST
def fetch_now(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    rows = RetrievedFile.objects.select_related("account__participant")
    row = get_object_or_404(rows, pk=pk, participant=request.acting.participant)
    rounds.fetch_now(row, request.acting, clock.now())
    messages.info(request, ASKED)
    return redirect("fetching", request.acting.participant.code)

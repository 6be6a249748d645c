"""Take back a submission that HKEX does not have yet: asks first, then does."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.services import submissions
from transfers.services.refusals import Refusal
from transfers.states import MoveNotAllowed
from transfers.views import powers
from transfers.views.submission import found

TOO_LATE = (
    "It cannot be withdrawn any more. It is decided, or on its way to HKEX. Read what "
    "happened below."
)


@guards.member(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk).submission
    page = redirect("submission", request.acting.participant.code, pk)
    if row.status not in powers.WITHDRAWABLE:
        messages.error(request, TOO_LATE)
        return page
    if request.method != "POST":
        return render(request, "transfers/withdraw.html", {"row": row})
    try:
        submissions.withdraw(row, request.acting, clock.now())
    except (MoveNotAllowed, Refusal):
        messages.error(request, TOO_LATE)
    return page

"""The same stored file once more, after it failed or was given up (law 4)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal import clock
from portal.activity import transaction
from portal.approvals.services import CannotRequest
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.services import decisions, submissions
from transfers.services.refusals import Refusal
from transfers.states import MoveNotAllowed
from transfers.views.submission import found


@guards.member(Role.OPERATOR)
@require_POST
def again(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row, now = found(request.acting, pk).submission, clock.now()
    try:
        with transaction.atomic():  # a refusal leaves no draft behind
            fresh = decisions.resubmit(row, request.acting, now)
            submissions.send(fresh, request.acting, now)
    except (Refusal, MoveNotAllowed, CannotRequest) as refusal:
        messages.error(request, str(refusal))
        return redirect("submission", request.acting.participant.code, pk)
    return redirect("submission", request.acting.participant.code, fresh.pk)

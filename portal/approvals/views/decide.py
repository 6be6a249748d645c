"""Approving or declining one request."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal import clock
from portal.approvals import services
from portal.approvals.forms import DecisionForm
from portal.approvals.models import Approval
from portal.approvals.views.waiting import answer
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@require_POST
@guards.member(Role.APPROVER)
def decide(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    mine = Approval.objects.select_related("requested_by", "participant")
    approval = get_object_or_404(mine, pk=pk, participant=request.acting.participant)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        error = " ".join(str(e) for errors in form.errors.values() for e in errors)
        return answer(request, error, 400)
    approve = form.cleaned_data["decision"] == "approve"
    try:
        services.decide(
            approval,
            request.acting.user,
            approve,
            form.cleaned_data["reason"],
            clock.now(),
        )
    except services.CannotDecide as refusal:
        return answer(request, str(refusal), 409)
    word = "Approved" if approve else "Declined"
    messages.success(request, f"{word}: {approval.subject}.")
    return redirect("approval", request.acting.participant.code, approval.pk)

"""A person's word on an unconfirmed submission; a second person confirms it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal import clock
from portal.approvals.services import CannotRequest
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.forms import DecisionForm
from transfers.models import DecisionKind
from transfers.services import decisions
from transfers.services.refusals import Refusal
from transfers.views.submission import found, shown

SAID = {
    DecisionKind.KEEP_WAITING: "HKEX’s answer is looked for again.",
    DecisionKind.SAID_RECEIVED: "The decision waits for an approver.",
    DecisionKind.ABANDONED: "The decision waits for an approver.",
}


@guards.member(Role.OPERATOR)
@require_POST
def decide(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    whole = found(request.acting, pk)
    form, now = DecisionForm(request.POST), clock.now()
    if form.is_valid():
        kind = DecisionKind(form.cleaned_data["kind"])
        reason, until = form.cleaned_data["reason"], form.waits_until(now)
        try:
            decisions.decide(whole.submission, request.acting, kind, reason, until, now)
        except (Refusal, CannotRequest) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, SAID[kind])
            return redirect("submission", request.acting.participant.code, pk)
    context = shown(request.acting, whole, form)
    return render(request, "transfers/submission.html", context, status=422)

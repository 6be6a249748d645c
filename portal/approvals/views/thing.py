"""From a request to the page of the thing itself."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from portal.approvals.models import Approval
from portal.approvals.services import url_of
from portal.people import guards
from portal.people.guards import ActingRequest


@require_safe
@guards.member()
def thing(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    approval = get_object_or_404(
        Approval.objects.select_related("participant"),
        pk=pk,
        participant=request.acting.participant,
    )
    address = url_of(approval)
    if not address:
        return redirect("approvals", request.acting.participant.code)
    return redirect(address)

"""The evidence pack of one submission, to be kept or shown to an auditor."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from transfers.services.evidence import pack
from transfers.views.submission import found


@guards.member()
@require_GET
def evidence(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    whole = found(request.acting, pk)
    response = JsonResponse(
        pack(request.acting, whole, clock.now()), json_dumps_params={"indent": 2}
    )
    name = f"{whole.submission.reference}-evidence.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

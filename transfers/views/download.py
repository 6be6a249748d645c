"""One kept file, as it came; that it was taken is an activity."""

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from transfers import contents
from transfers.contents import NotWhole
from transfers.models import RetrievedFile
from transfers.selectors.corner_words import line
from transfers.services import downloads
from transfers.views.look import found
from transfers.views.streaming import StreamedFile


@guards.member()
@require_GET
def download(request: ActingRequest, pk: uuid.UUID) -> HttpResponseBase:
    row = found(request.acting, pk)
    acting = request.acting
    try:
        source = contents.opened(row)
    except NotWhole as fault:
        downloads.record_broken(acting.participant, acting.user, row, str(fault))
        return unreadable(request, row)

    def broke(fault: NotWhole) -> None:
        downloads.record_broken(acting.participant, acting.user, row, str(fault))

    downloads.record_download(acting, row)
    parts = contents.told(contents.blocks(row, source), broke)
    name = contents.fit_name(row.name)
    return StreamedFile(parts, name, source.close, row.size)


def unreadable(request: ActingRequest, row: RetrievedFile) -> HttpResponse:
    context = {"line": line(row, clock.now())}
    template = "transfers/downloads/unreadable.html"
    return render(request, template, context, status=503)

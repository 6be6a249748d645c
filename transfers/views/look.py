"""Looking into a kept file in the page: text, table, JSON, or inside a zip."""

import threading
import uuid
from typing import Any, BinaryIO

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from transfers import contents, previews
from transfers.contents import NotWhole
from transfers.models import RetrievedFile
from transfers.previews.looking import BYTES
from transfers.previews.zipped import is_zip
from transfers.selectors import corner as selectors
from transfers.selectors.corner_words import line
from transfers.services import downloads

# Unpacking, decoding and laying out take a processor: no more than so many at a time,
# or nobody else would be answered. The page is made while the place is held.
AT_ONCE = 3
PATIENCE = 2.0  # seconds
_looks = threading.BoundedSemaphore(AT_ONCE)


@guards.member()
@require_safe
def look(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The file, or the member of it that `?member=` numbers."""
    row = selectors.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    told = line(row, clock.now())
    context: dict[str, Any] = {"row": row, "line": told}
    if not told.is_there:
        return render(request, "transfers/downloads/look.html", context)
    if not _looks.acquire(timeout=PATIENCE):
        context["is_busy"] = True
        return render(request, "transfers/downloads/look.html", context, status=503)
    try:
        return _opened(request, row, context)
    finally:
        _looks.release()


def _opened(
    request: ActingRequest, row: RetrievedFile, context: dict[str, Any]
) -> HttpResponse:
    """The page with its content, once that is on record."""
    try:
        with contents.opened(row) as source:
            context |= _content(source, row, _number(request))
    except NotWhole as fault:
        context["fault"] = str(fault)
        return render(request, "transfers/downloads/look.html", context, status=503)
    member = context.get("member")
    downloads.record_look(request.acting, row, member.name if member else "")
    return render(request, "transfers/downloads/look.html", context)


def found(acting: Acting, pk: uuid.UUID) -> RetrievedFile:
    """Raises Http404 for another participant's, and for one that is not kept."""
    row = selectors.one(acting.participant, pk)
    if row is None or not selectors.is_there(row):
        raise Http404
    return row


def _number(request: ActingRequest) -> int | None:
    text = request.GET.get("member", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Http404
    return int(text)


def _content(
    source: BinaryIO, row: RetrievedFile, number: int | None
) -> dict[str, Any]:
    head = source.read(BYTES)
    if not is_zip(head):
        if number is not None:
            raise Http404
        return {"preview": previews.look(head, row.name, row.size)}
    if number is None:
        return {"listing": previews.listing(source, row.size)}
    try:
        member, preview = previews.look_inside(source, row.size, number)
    except previews.UnknownMember:
        raise Http404 from None
    return {"member": member, "preview": preview}

"""The browser's upload: declare, send chunks, ask how far, finish or discard. JSON."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock, files
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.forms import ChoiceForm
from transfers.models import FileUpload, UploadStatus
from transfers.selectors import uploads as selectors
from transfers.services import leftovers, packings
from transfers.services import uploads as services
from transfers.services.refusals import Refusal
from transfers.services.uploads import TooLarge
from transfers.spec import plain
from transfers.views import answers

CHUNK_TOO_LARGE = (
    "The browser sent more than 16 MB at once. It was not stored. Reload the page and "
    "choose the file again."
)
NO_BYTES = (
    "A form came where a part of the file belongs. It was not stored. Reload the page "
    "and choose the file again."
)
NO_ROOM = (
    "The portal’s disk is full. What came before is kept. Tell the administrator, then "
    "go on."
)
NO_DECLARATION = "No name and size were given. Nothing began. Choose the file again."
MOST_WORDS = 10_000  # bytes of a declaration


@guards.member(Role.OPERATOR)
@require_POST
def begin(request: ActingRequest) -> JsonResponse:
    """POST {"name": …, "size": …} → 201 with the upload's id."""
    declared = _declared(request)
    if declared is None:
        return _said(
            "The declaration has no name and size. Choose the file again.", 400
        )
    try:
        upload = services.begin(request.acting, *declared)
    except TooLarge as refusal:
        return _said(refusal.sentence, 413)
    except Refusal as refusal:
        return _said(refusal.sentence, 422)
    return JsonResponse(_state(upload), status=201)


@guards.member(Role.OPERATOR)
@require_http_methods(["GET", "DELETE"])
def upload(request: ActingRequest, pk: uuid.UUID) -> JsonResponse:
    """GET: how far it is, to go on after a broken line. DELETE: give it up."""
    row = _mine(request, pk)
    if request.method == "GET":
        return JsonResponse(_state(row))
    _give_up(row, request)
    row.refresh_from_db()
    return JsonResponse(_state(row))


@guards.member(Role.OPERATOR)
@require_POST
def discard(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """Give up an unfinished upload of an earlier visit; for a form."""
    _give_up(_mine(request, pk), request)
    return redirect("submit", request.acting.participant.code)


@guards.member(Role.OPERATOR)
@require_http_methods(["PUT", "POST"])
def chunk(request: ActingRequest, pk: uuid.UUID) -> JsonResponse:
    """The next bytes, at ?offset=. Out of order or doubled: 409 with what is here."""
    row = _mine(request, pk)
    offset = request.GET.get("offset", "")
    if not _is_small_enough(request):
        return _said(CHUNK_TOO_LARGE, 413)
    if not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
        return _said("The part does not say where it belongs. Reload the page.", 400)
    if (body := _body(request)) is None:
        return _said(NO_BYTES, 400)
    return _added(row, int(offset), body)


def _added(row: FileUpload, offset: int, body: bytes) -> JsonResponse:
    try:
        received = services.add_chunk(row, offset, body)
    except files.WrongOffset as wrong:
        return JsonResponse({"received": wrong.expected}, status=409)
    except TooLarge as refusal:
        return _said(refusal.sentence, 413)
    except Refusal as refusal:
        return _said(refusal.sentence, 410)
    except files.NoRoom:
        return _said(NO_ROOM, 507)
    return JsonResponse({"received": received})


@guards.member(Role.OPERATOR)
@require_POST
def finish(request: ActingRequest, pk: uuid.UUID) -> JsonResponse:
    """All bytes are here: hash and keep them, or, of a plain file, make its zip for
    the choice that is posted. Safe to ask twice."""
    row = _mine(request, pk)
    form = None
    if plain.is_plain(row.file_name):
        form = ChoiceForm(request.POST, selectors.senders(request.acting))
        if not form.is_valid():
            return _said(answers.first_error(form), 422)
    try:
        if form is None:
            services.complete(row)
        else:
            packings.begin(row, form.chosen, form.entry, clock.now())
    except files.NoRoom:
        return _said(NO_ROOM, 507)
    except Refusal as refusal:
        return JsonResponse(
            {"error": refusal.sentence, "received": services.received(row)}, status=409
        )
    return JsonResponse(_state(row))


def _give_up(row: FileUpload, request: ActingRequest) -> None:
    """Whatever it is by now: on its way, or the zip that was made of it."""
    if not services.cancel(row, request.acting.user):
        leftovers.discard(row, request.acting.user)


def _mine(request: ActingRequest, pk: uuid.UUID) -> FileUpload:
    """Another person's or participant's is not found."""
    row = selectors.mine(request.acting, pk)
    if row is None:
        raise Http404
    return row


def _is_small_enough(request: ActingRequest) -> bool:
    """By its declared length, before it is read; without one it is refused."""
    length = request.headers.get("Content-Length", "")
    return (
        length.isascii()
        and length.isdecimal()
        and (int(length) <= settings.CHUNK_LIMIT)
    )


def _body(request: ActingRequest) -> bytes | None:
    """None for a form: whoever checked its token has read it already."""
    try:
        return request.body
    except RawPostDataException:
        return None


def _declared(request: ActingRequest) -> tuple[str, int] | None:
    body = _body(request)
    if body is None or len(body) > MOST_WORDS:
        return None
    try:
        declared: Any = json.loads(body)
        name, size = declared["name"], declared["size"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(name, str) or type(size) is not int:
        return None
    return name, size


def _state(row: FileUpload) -> dict[str, object]:
    return {
        "pk": str(row.pk),
        "name": row.file_name,
        "size": row.size,
        "status": UploadStatus(row.status).value,
        "received": services.received(row),
        "sha256": row.sha256,
    }


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)

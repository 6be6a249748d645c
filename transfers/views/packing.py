"""A plain file on the submission page: begun from a form, and looked at until made."""

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from portal import clock
from portal.people.guards import Acting, ActingRequest
from transfers.forms import SubmitForm
from transfers.models import FileUpload, Packing
from transfers.selectors import uploads as selectors
from transfers.services import packings, uploads
from transfers.spec import catalogue, plain
from transfers.views import answers
from transfers.views.answers import Answer


def is_plain(form: SubmitForm) -> bool:
    """Whether the form itself brought a plain file, as without JavaScript."""
    sent = form.cleaned_data["file"]
    return bool(sent) and plain.is_plain(sent.raw_name)


def begin(acting: Acting, form: SubmitForm) -> tuple[Answer, FileUpload | None]:
    """The rules first; then the file is taken in, and a worker makes its zip. None
    when a rule fails. Raises Refusal, NoRoom."""
    sent = form.cleaned_data["file"]
    answer = answers.before_upload(acting, form, sent.raw_name, sent.size)
    if not answer.passes:
        return answer, None
    upload = uploads.arrive(acting, sent.raw_name, sent.file, sent.size)
    return answer, packings.begin(upload, form.chosen, form.entry, clock.now())


def to_the_zip(request: ActingRequest, upload: FileUpload) -> HttpResponseBase:
    """To the page that shows how far it is, and then what was made."""
    wanted = {"upload": str(upload.pk), "replaces": request.POST.get("replaces", "")}
    here = reverse("submit", args=[request.acting.participant.code])
    return redirect(f"{here}?{urlencode({k: v for k, v in wanted.items() if v})}")


def named(request: ActingRequest) -> FileUpload | None:
    """The zip that ?upload= names, made or being made; None for anything else."""
    try:
        pk = uuid.UUID(request.GET.get("upload", ""))
    except ValueError:
        return None
    upload = selectors.mine(request.acting, pk)
    if upload is None or selectors.packing_of(upload) is None:
        return None
    return upload


def choice_of(packing: Packing) -> dict[str, Any]:
    """What was chosen when it began, as the form posts it."""
    return {
        "menu": catalogue.menu_of(packing.file_id).number,
        "file_id": packing.file_id,
        "sender": f"{packing.account_id}.{packing.identity_id}",
    }

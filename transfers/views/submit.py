"""Submit a file: menu, File ID, identity, file; then to a second person or HKEX."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock, files
from portal.activity import transaction
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role
from transfers.forms import ChoiceForm, SubmitForm
from transfers.models import FileUpload, Submission
from transfers.selectors import uploads as selectors
from transfers.selectors.uploads import Sender
from transfers.services import submissions as services
from transfers.services import uploads
from transfers.services.refusals import Refusal
from transfers.spec import catalogue
from transfers.states import MoveNotAllowed
from transfers.views import answers, packing
from transfers.views.answers import Answer


@guards.member(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: ActingRequest) -> HttpResponseBase:
    senders = selectors.senders(request.acting)
    if request.method == "POST":
        return _post(request, senders)
    if (upload := packing.named(request)) is not None:
        form = ChoiceForm(packing.choice_of(upload.packing), senders)
        return _page(request, form, answers.of_upload(request.acting, form, upload))
    form = ChoiceForm(_first_choice(request.GET.get("file_id", ""), senders), senders)
    return _page(request, form, answers.without_file(request.acting, form))


def _post(request: ActingRequest, senders: list[Sender]) -> HttpResponseBase:
    form = SubmitForm(request.POST, senders, request.FILES)
    if not form.is_valid():
        choice = ChoiceForm(request.POST, senders)
        return _page(request, form, answers.without_file(request.acting, choice), 422)
    try:
        if packing.is_plain(form):
            return _pack(request, form)
        upload = _upload_of(request.acting, form)
        answer = answers.of_upload(request.acting, form, upload)
        if upload is not None and answer.is_packing:
            return packing.to_the_zip(request, upload)
        if upload is None or not answer.can_send:
            return _page(request, form, answer, 422)
        submission = _send(request.acting, form, upload)
    except (Refusal, MoveNotAllowed, files.NoRoom) as refusal:
        answer = answers.without_file(request.acting, form)
        return _page(request, form, answer, 422, str(refusal))
    return redirect("submission", request.acting.participant.code, submission.pk)


def _pack(request: ActingRequest, form: SubmitForm) -> HttpResponseBase:
    """Raises Refusal, NoRoom."""
    answer, upload = packing.begin(request.acting, form)
    if upload is None:
        return _page(request, form, answer, 422)
    return packing.to_the_zip(request, upload)


def _upload_of(acting: Acting, form: SubmitForm) -> FileUpload | None:
    """What the plain form brought, or the upload that is here. A file in the form was
    chosen later: with JavaScript none is in it. Raises Refusal."""
    if sent := form.cleaned_data["file"]:
        return uploads.store(acting, sent.raw_name, sent.file, sent.size)
    return selectors.mine(acting, form.cleaned_data["upload"])


def _send(acting: Acting, form: SubmitForm, upload: FileUpload) -> Submission:
    """Created and sent in one step: a refusal leaves no draft behind."""
    now = clock.now()
    with transaction.atomic():
        submission = services.create(
            acting,
            account=form.chosen.account,
            identity=form.chosen.identity,
            file_id=form.entry.file_id,
            upload=upload,
            now=now,
            replaces=_replaced(acting, form),
        )
        return services.send(submission, acting, now)


def _replaced(acting: Acting, form: SubmitForm) -> Submission | None:
    if not (pk := form.cleaned_data["replaces"]):
        return None
    return selectors.replaceable(acting, pk)


def _first_choice(file_id: str, senders: list[Sender]) -> dict[str, Any]:
    """ECP-03: one identity is preset, of several one must be chosen."""
    entry = catalogue.FILE_IDS.get(file_id, catalogue.ENTRIES[0])
    fitting = [s for s in senders if s.identity.kind == entry.identity_kind]
    return {
        "menu": catalogue.menu_of(entry.file_id).number,
        "file_id": entry.file_id,
        "sender": fitting[0].key if len(fitting) == 1 else "",
    }


def _page(
    request: ActingRequest,
    form: ChoiceForm,
    answer: Answer,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "answer": answer,
        "refusal": refusal,
        "menus": catalogue.MENUS,
        "senders": list(form.senders.values()),
        "acting_for": answer.sender.identity if answer.sender else None,
        "unfinished": selectors.unfinished(request.acting),
        "packed": [
            one
            for one in selectors.packed(request.acting)
            if answer.packing is None or one.pk != answer.packing.pk
        ],
        "is_bound": request.method == "POST",
        "replaces": request.POST.get("replaces") or request.GET.get("replaces", ""),
    }
    return render(request, "transfers/submit.html", context, status=status)

"""A new batch: its file in a plain form, which is kept in memory and then sealed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fini.batch_forms import UploadForm
from fini.batches.rows import BatchUnreadable
from fini.refusals import Refusal
from fini.selectors import batches as selectors
from fini.services import batch_files
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@guards.member(Role.OPERATOR)
def upload(request: ActingRequest) -> HttpResponse:
    profiles = selectors.profiles(request.acting.participant)
    if request.method != "POST":
        return _page(request, UploadForm(profiles), 200)
    form = UploadForm(profiles, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    sent, chosen = form.cleaned_data["file"], form.cleaned_data["profile"]
    profile = next(p for p in profiles if str(p.pk) == chosen)
    try:
        batch = batch_files.take(
            profile, sent.raw_name, sent.read(), request.acting, clock.now()
        )
    except BatchUnreadable as why:
        form.add_error("file", why.sentence)
    except Refusal as why:
        form.add_error("profile", str(why))
    else:
        messages.success(request, f"Uploaded as {batch}. Check its columns.")
        return redirect("fini_batch", request.acting.participant.code, batch.pk)
    return _page(request, form, 422)


def _page(request: ActingRequest, form: UploadForm, status: int) -> HttpResponse:
    choices = form.fields["profile"].choices  # type: ignore[attr-defined]
    context = {"form": form, "choices": choices, "is_one": len(choices) == 1}
    return render(request, "fini/batches/upload.html", context, status=status)

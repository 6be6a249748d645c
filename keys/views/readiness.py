"""What an account needs before its first file: each line green, or what to do."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from keys.models import ReadinessMark, SftpAccount
from keys.refusals import Refusal
from keys.selectors.marks import marks_of
from keys.selectors.readiness import Line, checklist
from keys.services import accounts as services
from keys.site_forms import MarkForm, SourceForm
from keys.views.lookups import with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

# Where the next step of a line is taken, when that is a page of the portal.
PAGES = {
    "addresses": ("keys_addresses", "Record addresses"),
    "key": ("keys_account", "Open the keys"),
}


@dataclass(frozen=True)
class Step:
    """A line with who marked it, and where its next step is."""

    line: Line
    mark: ReadinessMark | None
    url: str
    action: str


@guards.member()
@require_safe
@with_account
def readiness(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    return _answer(request, account)


@guards.member(Role.ADMIN)
@require_POST
@with_account
def mark(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    form = MarkForm(request.POST)
    if form.is_valid():
        item, held = form.cleaned_data["item"], form.cleaned_data["held"]
        try:
            services.mark(account, item, held, request.acting, clock.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, "Nothing was marked. Choose a line of the list.")
    return redirect("readiness", account.participant.code, account.pk)


@guards.member(Role.ADMIN)
@require_POST
@with_account
def source(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    form = SourceForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["source_address"]
        try:
            services.set_source_address(account, text, request.acting, clock.now())
        except Refusal as refusal:
            form.add_error("source_address", str(refusal))
        else:
            return redirect("readiness", account.participant.code, account.pk)
    return _answer(request, account, form, 422)


def _answer(
    request: ActingRequest,
    account: SftpAccount,
    form: SourceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    lines, marks = checklist(account, clock.today()), marks_of(account)
    initial = {"source_address": account.source_address or ""}
    context = {
        "account": account,
        "steps": [_step(line, account, marks) for line in lines],
        "green": sum(line.is_green for line in lines),
        "can_manage": Role.ADMIN in request.acting.roles,
        "form": form or SourceForm(initial=initial),
    }
    return render(request, "keys/readiness.html", context, status=status)


def _step(line: Line, account: SftpAccount, marks: dict[str, ReadinessMark]) -> Step:
    code, url, action = account.participant.code, "", ""
    if line.item in PAGES:
        name, action = PAGES[line.item]
        url = reverse(name, args=[code, account.pk])
    elif line.item == "consent":
        url, action = reverse("consent", args=[code]), "Record the declaration"
    return Step(line, marks.get(line.item), url, action)

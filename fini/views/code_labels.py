"""What FINI's codes are called here: read by all, named by an administrator."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fini.codes import Grade
from fini.models import CodeKind
from fini.profile_forms import LabelForm
from fini.selectors import codes as selectors
from fini.services import code_labels as services
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

GRADES = {
    Grade.PROVED: "HKEX’s own example shows it",
    Grade.SECONDARY: "From a public source that is not HKEX’s",
    Grade.INFERRED: "Inferred from a heading of the guide",
    Grade.UNKNOWN: "Printed by HKEX without a meaning",
    Grade.OURS: "Named by an administrator here",
}


@guards.member()
@require_safe
def labels(request: ActingRequest) -> HttpResponse:
    return _page(request, LabelForm())


@guards.member(Role.ADMIN)
@require_POST
def name(request: ActingRequest) -> HttpResponse:
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    given = form.cleaned_data
    services.name(
        CodeKind(given["kind"]), given["code"], given["label"], request.acting
    )
    told = f"{given['code']} is called “{given['label']}” now."
    messages.success(request, told if given["label"] else "The label is taken back.")
    return redirect("fini_labels", request.acting.participant.code)


def _page(request: ActingRequest, form: LabelForm) -> HttpResponse:
    context = {
        "codes": [
            (one, GRADES[one.grade])
            for one in selectors.known(request.acting.participant)
        ],
        "form": form,
        "can_name": Role.ADMIN in request.acting.roles,
    }
    status = 422 if form.is_bound else 200
    return render(request, "fini/ipos/labels.html", context, status=status)

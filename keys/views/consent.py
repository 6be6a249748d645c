"""The one-off declaration of client consent, before the first HBCNMAPP (ECP-10)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keys.models import Consent
from keys.refusals import Refusal
from keys.services import accounts as services
from keys.site_forms import ConsentForm
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@guards.member()
@require_safe
def consent(request: ActingRequest) -> HttpResponse:
    return _answer(request, ConsentForm(), 200)


@guards.member(Role.ADMIN)
@require_POST
def record(request: ActingRequest) -> HttpResponse:
    form, participant = ConsentForm(request.POST), request.acting.participant
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.record_consent(
                participant,
                said["declared_on"],
                said["declared_by"],
                request.acting,
                clock.now(),
            )
        except Refusal as refusal:
            form.add_error("declared_on", str(refusal))
        else:
            return redirect("consent", participant.code)
    return _answer(request, form, 422)


def _answer(request: ActingRequest, form: ConsentForm, status: int) -> HttpResponse:
    rows = Consent.objects.select_related("recorded_by")
    context = {
        "row": rows.filter(participant=request.acting.participant).first(),
        "form": form,
        "can_record": Role.ADMIN in request.acting.roles,
    }
    return render(request, "keys/consent.html", context, status=status)

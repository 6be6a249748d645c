"""The subnets of the participant's circuits to HKEX: addresses must be in one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from keys.forms import CircuitsForm
from keys.models import CircuitKind, Subnet
from keys.refusals import Refusal
from keys.services import addresses as services
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Participant, Role


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def circuits(request: ActingRequest) -> HttpResponse:
    acting, posted = request.acting, request.method == "POST"
    form = (
        CircuitsForm(request.POST)
        if posted
        else CircuitsForm(initial=_now(acting.participant))
    )
    if posted and form.is_valid():
        wanted = {kind: form.cleaned_data[kind.value].split() for kind in CircuitKind}
        try:
            services.set_subnets(acting.participant, wanted, acting, clock.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The circuits’ subnets are recorded.")
            return redirect("keys", acting.participant.code)
    context = {
        "form": form,
        "fields": [(kind, form[kind.value]) for kind in CircuitKind],
    }
    return render(request, "keys/circuits.html", context, status=422 if posted else 200)


def _now(participant: Participant) -> dict[str, object]:
    rows = Subnet.objects.filter(participant=participant).order_by("network")
    found: dict[str, list[str]] = {kind.value: [] for kind in CircuitKind}
    for row in rows:
        found[row.circuit].append(row.network)
    return {kind: "\n".join(networks) for kind, networks in found.items()}

"""The front door: to the participant's Today, to a choice, or to an explanation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.pages import registry
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Membership
from portal.people.services import homes


@require_safe
@guards.signed_in
def home(request: HttpRequest) -> HttpResponse:
    memberships = list(
        Membership.objects.filter(user=request.user, is_active=True)  # type: ignore[misc]
        .select_related("participant")
        .order_by("participant__code")
    )
    if len(memberships) == 1 and not request.user.is_site_admin:  # type: ignore[union-attr]
        return redirect(begins_with(memberships[0]), memberships[0].participant.code)
    choices = [(one.participant, begins_with(one)) for one in memberships]
    return render(request, "pages/home.html", {"choices": choices})


@require_POST
@guards.member()
def choose(request: ActingRequest) -> HttpResponse:
    """The page the person begins with from now on; what is none of them is Today."""
    wanted = request.POST.get("home", "")
    name = wanted if wanted in registry.homes() else "today"
    homes.choose(request.acting.membership, name, registry.homes()[name])
    return redirect(name, request.acting.participant.code)


def begins_with(membership: Membership) -> str:
    """The name of the page's URL."""
    return membership.home if membership.home in registry.homes() else "today"

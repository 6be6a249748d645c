"""How fetching stands: each account, why nothing is fetched now, what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role
from transfers.selectors import fetching as selectors
from transfers.selectors import waiting

MAY_ASK = frozenset({Role.OPERATOR, Role.ADMIN})


@guards.member()
@require_safe
def fetching(request: ActingRequest) -> HttpResponse:
    part = "X-Partial" in request.headers or "HX-Request" in request.headers
    name = "_accounts.html" if part else "page.html"
    return render(request, f"transfers/fetching/{name}", shown(request.acting))


def shown(acting: Acting) -> dict[str, object]:
    now = clock.now()
    states = selectors.states(acting.participant, now)
    return {
        "states": states,
        "waiting": waiting.waiting(acting.participant, states, now),
        "left_out": waiting.left_out(acting.participant),
        "may_ask": bool(acting.roles & MAY_ASK),
        "now": now,
    }

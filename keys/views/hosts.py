"""One host: the key it has, what it offers, and who confirms it."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keys.models import Host
from keys.offers import compared, plain_words
from keys.selectors import hosts as selectors
from keys.site_forms import FingerprintForm
from keys.views.host_lines import fingerprint, host_line
from portal.approvals.forms import DecisionForm
from portal.people import guards
from portal.people.models import User


@guards.site_admin
@require_safe
def host(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return answer(request, pk)


@guards.site_admin
@require_safe
def state(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The part that changes by itself while a pre-flight is under way."""
    return render(request, "keys/_host_state.html", shown(request, pk))


def answer(
    request: HttpRequest,
    pk: uuid.UUID,
    *,
    typed: FingerprintForm | None = None,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was not filled in well."""
    context = shown(request, pk)
    context |= {"typed": typed or FingerprintForm(), "decision": decision}
    return render(request, "keys/host.html", context, status=status)


def shown(request: HttpRequest, pk: uuid.UUID) -> dict[str, object]:
    try:
        page = selectors.host(pk)
    except Host.DoesNotExist:
        raise Http404 from None
    seen, waiting = page.row.pre_flight, page.row.waiting
    found, line = compared(seen.offer) if seen else [], host_line(page.row)
    return {
        "page": page,
        "host": page.row.host,
        "line": line,
        # A key that went and came back is confirmed again: the facility is halted.
        "may_propose": line.shown and (page.is_changed or line.shown != line.pinned),
        "seen": seen,
        "is_running": page.row.host.pre_flight_asked_at is not None,
        "kinds": found,
        "plain_words": plain_words(found),
        "waiting": waiting,
        "old_key": fingerprint(waiting.replaces) if waiting else "",
        "is_mine": waiting is not None and waiting.requested_by_id == _pk(request),
    }


def _pk(request: HttpRequest) -> uuid.UUID | None:
    return request.user.pk if isinstance(request.user, User) else None

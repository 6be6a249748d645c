"""Every credential of the participant on one line of time, and a table of them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from keys.refusals import Refusal
from keys.selectors import coming
from keys.selectors.expiries import Credential, credentials, disabled_count
from keys.selectors.feeds import feeds_of
from keys.services import expiries as services
from keys.site_forms import AcknowledgeForm
from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role

A_PAGE = 100
TOLD_DAYS = 60  # the first warning
STALE = (
    "This end is not on the list any more. Nothing was recorded. "
    "Look at the list again."
)


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    one: Credential
    can_acknowledge: bool

    @property
    def last_day(self) -> dt.date:
        return self.one.last_day

    @property
    def status(self) -> str:
        return "idle" if self.one.zone == "off" else self.one.zone

    @property
    def is_near(self) -> bool:
        return self.status in ("bad", "warn")


@guards.member()
@require_safe
def expiry(request: ActingRequest) -> HttpResponse:
    template = "_expiry.html" if "X-Partial" in request.headers else "expiry.html"
    return render(request, f"keys/{template}", shown(request))


@guards.member(Role.OPERATOR, Role.APPROVER, Role.ADMIN)
@require_POST
def acknowledge(request: ActingRequest) -> HttpResponse:
    form, acting = AcknowledgeForm(request.POST), request.acting
    if form.is_valid():
        subject, ends = form.cleaned_data["subject"], form.cleaned_data["expires_on"]
        now = clock.now()
        try:
            services.acknowledge(acting.participant, subject, ends, acting, now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, STALE)
    return redirect("expiries", acting.participant.code)


def shown(request: ActingRequest) -> dict[str, object]:
    """The drawing of the soonest, a page of the table, and the person's feed."""
    acting, today = request.acting, clock.today()
    found = coming.together(credentials(acting.participant, today))
    page, older = _page(found, request.GET.get("after", ""))
    return {
        "drawing": coming.drawing(found, today),
        "lines": [Line(one, _may_acknowledge(one, acting)) for one in page],
        "count": len(found),
        "disabled": disabled_count(acting.participant),
        "noting_url": reverse("expiry_acknowledge", args=[acting.participant.code]),
        "older": older,
        "live_url": _live_url(request),
        "feeds": feeds_of(acting.participant, acting.user.pk),
    }


def _live_url(request: ActingRequest) -> str:
    """Of this part alone; the answer that shows a new calendar has another one."""
    if request.method == "POST":
        return reverse("expiries", args=[request.acting.participant.code])
    return request.get_full_path()


def _page(
    found: Sequence[Credential], after: str
) -> tuple[Sequence[Credential], uuid.UUID | None]:
    """What stands after a credential's key; all from the first for an unknown one."""
    places = (n for n, one in enumerate(found, 1) if str(one.subject) == after)
    start = next(places, 0) if after else 0
    page = found[start : start + A_PAGE]
    is_more = len(found) > start + A_PAGE
    return page, page[-1].subject if is_more else None


def _may_acknowledge(one: Credential, acting: Acting) -> bool:
    acts = acting.roles & {Role.OPERATOR, Role.APPROVER, Role.ADMIN}
    is_told = one.counts and one.days_left <= TOLD_DAYS
    return bool(acts) and is_told and not one.is_acknowledged

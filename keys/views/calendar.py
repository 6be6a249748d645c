"""The calendar of what expires: its secret address, made and revoked, and the feed."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from keys.calendars import Entry, written
from keys.models import CalendarFeed
from keys.refusals import Refusal
from keys.selectors import feeds as selectors
from keys.services import feeds as services
from keys.views.expiry import shown
from portal import clock
from portal.people import address, guards
from portal.people.guards import ActingRequest

READS_A_MINUTE = 30  # of one address; a calendar reads a few times a day


@guards.member()
@require_POST
def make(request: ActingRequest) -> HttpResponse:
    """The address is shown on this one answer, and never again."""
    participant, now = request.acting.participant, clock.now()
    _, token = services.make_feed(participant, request.acting, now)
    url = f"{settings.BASE_URL.rstrip('/')}{reverse('calendar', args=[token])}"
    answer = render(request, "keys/expiry.html", shown(request) | {"feed_url": url})
    answer["Cache-Control"] = "no-store"
    return answer


@guards.member()
@require_POST
def revoke(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """One's own only."""
    acting = request.acting
    mine = CalendarFeed.objects.select_related("participant")
    feed = get_object_or_404(
        mine, pk=pk, participant=acting.participant, user=acting.user
    )
    try:
        services.revoke_feed(feed, acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The calendar’s address answers nobody any more.")
    return redirect("expiries", acting.participant.code)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Without sign-in, for a calendar program: the token is all that it has."""
    if _reads_too_often(address.of(request)):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    found = selectors.feed_of(token)
    if found is None:
        raise Http404
    entries = [
        Entry(f"{event.uid}@portal", event.on, event.summary, event.description)
        for event in selectors.events(found.participant, clock.today())
    ]
    answer = HttpResponse(written(entries, clock.now()), content_type="text/calendar")
    answer["Content-Disposition"] = 'attachment; filename="expiries.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _reads_too_often(reader: str | None) -> bool:
    key = f"calendar:{reader}"
    if cache.add(key, 1, 60):
        return False
    try:
        return cache.incr(key) > READS_A_MINUTE
    except ValueError:  # it expired between the two calls
        return False

"""The live stream of one open page: text/event-stream, 401, 404 or 204.

Never HTML and never a redirect: a script reads the answer. 204 tells it to stop.
"""

import uuid

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from portal.pages import events
from portal.pages.hub import hub, let_go
from portal.pages.stream import Reader, stream
from portal.people import sessions
from portal.people.guards import acting_at
from portal.people.models import User

STREAMS_A_PERSON = 6


@require_GET
async def live(request: HttpRequest, participant: str) -> HttpResponseBase:
    status, reader = await sync_to_async(_admitted)(request, participant)
    if reader is None:
        return HttpResponse(status=status)
    if hub().streams_of(reader.user) >= STREAMS_A_PERSON:
        return HttpResponse(status=204)
    after = events.read_after(
        request.headers.get("Last-Event-ID") or request.GET.get("after")
    )
    away = events.read_away(request.GET.get("away"))
    return StreamingHttpResponse(
        stream(reader, after, away),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


def _admitted(request: HttpRequest, code: str) -> tuple[int, Reader | None]:
    """The reader, or the status that turns them away; keeps no connection."""
    try:
        if not request.user.is_authenticated:
            return 401, None
        acting = acting_at(request.user, code)
        if acting is None:
            return 404, None
        if not settings.LIVE_STREAMS:
            return 204, None
        key, user = request.session.session_key, request.user.pk
        return 200, Reader(
            acting.participant.pk, user, lambda: is_still_allowed(key, user, code)
        )
    finally:
        let_go()


def is_still_allowed(session_key: str | None, user: uuid.UUID, code: str) -> bool:
    """Read anew: the session stands, and the person is still a member."""
    person = User.objects.filter(pk=user).first()
    if person is None or not sessions.is_alive(session_key, person):
        return False
    return acting_at(person, code) is not None


live.guard = "member"  # type: ignore[attr-defined]
live.is_stream = True  # type: ignore[attr-defined]

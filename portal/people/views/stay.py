"""When the session ends, for the page's warning; POST renews it."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.people import guards, sessions


@guards.signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def stay(request: HttpRequest) -> JsonResponse:
    """JSON: session_ends_at (ISO 8601) and session_seconds, the whole seconds left."""
    now = clock.real_now()
    if request.method == "POST":
        request.session[sessions.SEEN] = now.timestamp()
    ends = sessions.ends_at(request.session)
    return JsonResponse(
        {
            "session_ends_at": ends.isoformat(),
            "session_seconds": int((ends - now).total_seconds()),
        }
    )

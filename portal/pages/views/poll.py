"""For browsers without a stream: what changed since a seq, as JSON."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.pages import events
from portal.people.guards import acting_at


@require_safe
@never_cache
def poll(request: HttpRequest, participant: str) -> HttpResponse:
    """Answers 401, never a redirect: the reader is a script."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    acting = acting_at(request.user, participant)
    if acting is None:
        raise Http404
    after = events.read_after(request.GET.get("after"))
    away = events.read_away(request.GET.get("away"))
    news = events.since(acting.participant.pk, after, away)
    return JsonResponse({"seq": news.seq, "topics": sorted(news.topics)})


poll.guard = "member"  # type: ignore[attr-defined]
poll.is_stream = True  # type: ignore[attr-defined]

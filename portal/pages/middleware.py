"""Reads how far the participant's chain is before the page reads anything else.

What commits between this and the stream's first connect is replayed from here, so
that no event falls between render and connect.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.activity.models import Chain

View = Callable[..., HttpResponse]


class LiveAfterMiddleware:
    """Sets `request.live_after` on the whole pages of a participant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: dict[str, str]
    ) -> None:
        if "participant" not in kwargs or not is_whole_page(request):
            return
        if getattr(view, "is_stream", False) or not request.user.is_authenticated:
            return
        request.live_after = chain_count(kwargs["participant"])  # type: ignore[attr-defined]


def is_whole_page(request: HttpRequest) -> bool:
    partial = request.headers.get("HX-Request") or request.headers.get("X-Partial")
    return not partial


def chain_count(code: str) -> int:
    """The seq of the participant's last activity; 0 before the first."""
    chain = Chain.objects.filter(participant__code=code)
    return chain.values_list("count", flat=True).first() or 0

"""The Hong Kong clock: the server's time, for the band to set itself right by."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import clock as business


@require_safe
@never_cache
def clock(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"now": business.now().timestamp()})


clock.guard = "public"  # type: ignore[attr-defined]

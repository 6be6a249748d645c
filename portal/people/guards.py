"""The guard that every view starts with (law 9).

anonymous → sign-in (a partial: 401); a stranger to the participant 404;
a member without the role 403, recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from portal.people import address
from portal.people.models import Membership, Participant, Role, User
from portal.people.services import sign_ins

View = Callable[..., HttpResponseBase]
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Acting:
    """Who acts at which participant, in which roles."""

    user: User
    participant: Participant
    membership: Membership

    @property
    def roles(self) -> frozenset[Role]:
        return self.membership.roles


class ActingRequest(HttpRequest):
    acting: Acting
    user: User


def member(*roles: Role) -> Callable[[View], View]:
    """Members of the participant named by the `participant` of the URL; with roles,
    only those who hold one of them. The view finds `request.acting`."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, participant: str, **kwargs: Any
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            acting = acting_at(request.user, participant)
            if acting is None:
                raise Http404
            request.acting = acting  # type: ignore[attr-defined]
            if roles and not acting.roles & set(roles):
                _record(acting, request)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        guarded.guard = "member"  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(view: View) -> View:
    """Anybody who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined]
    return guarded


def site_admin(view: View) -> View:
    """Site admins; everyone else is a stranger here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.user.is_site_admin:
            raise Http404
        return view(request, *args, **kwargs)

    guarded.guard = "site_admin"  # type: ignore[attr-defined]
    return guarded


def acting_at(user: User, code: str) -> Acting | None:
    """The user's active membership at the participant with this code, if any."""
    membership = (
        Membership.objects.select_related("participant")
        .filter(user=user, participant__code=code, is_active=True)
        .first()
    )
    if membership is None or not user.is_active:
        return None
    return Acting(user, membership.participant, membership)


def _record(acting: Acting, request: HttpRequest) -> None:
    """What a person tried. What their page reads by itself is no try; whatever would
    change something is one, whichever headers it brings."""
    if request.method not in _SAFE or not _is_partial(request):
        sign_ins.record_forbidden(
            acting.user, acting.participant, request.path, address.of(request)
        )


def _is_partial(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or "X-Partial" in request.headers


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if _is_partial(request):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())

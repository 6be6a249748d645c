"""Whether a session has its second factor; in a real deployment it must."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404
from django.utils.deprecation import MiddlewareMixin

from portal.people import sessions
from portal.people.models import User

# Where a person without a second factor may go, to get one or to leave.
WITHOUT = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_stay",
    "mfa_activate_totp",
    "people_invitation",
}


class SecondFactorMiddleware(MiddlewareMixin):
    """Asks the session, not the person: one that began with the password alone stays
    half signed in, also when the person sets a second factor up elsewhere."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if settings.DEPLOYMENT != "real" or not request.user.is_authenticated:
            return None
        if request.session.get(sessions.SECOND_FACTOR) or _is_open(request.path_info):
            return None
        if has_one(request.user):
            return sessions.end(request, "second_factor")
        if sessions.by_the_page(request) or "HX-Request" in request.headers:
            return HttpResponse(status=401)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))


def has_one(user: User) -> bool:
    """Whether the person has an authenticator app set up."""
    apps = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return bool(apps.exists())


def is_asked(user: User) -> bool:
    """Whether a decision asks this person for a one-time code. Always where it is for
    real. A sandbox does not enforce second factors, so there it asks only those who
    have set one up: nobody could rehearse a decision otherwise."""
    return settings.DEPLOYMENT == "real" or has_one(user)


def _is_open(path: str) -> bool:
    try:
        return resolve(path).url_name in WITHOUT
    except Resolver404:
        return False

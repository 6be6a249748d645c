"""Idle and absolute session limits; a session row is saved at most once a minute.

Machine time, as seconds since the epoch: `began` at sign-in, `seen` at the last
request that a person made. Streams and polls are made by the page, so they do not
renew the idle time.
"""

import datetime as dt
import re
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.deprecation import MiddlewareMixin

from portal import clock
from portal.people import address
from portal.people.models import User
from portal.people.services import sign_ins

BEGAN, SEEN, SECOND_FACTOR = "began", "seen", "second_factor"
SAVE_EVERY_SECONDS = 60
# What the page asks for by itself, also where it sends no X-Partial.
BY_THE_PAGE = re.compile(r"/p/[^/]+/(live/|strip/|panel/|menu/).*|/clock/|/health/")
WHY = {
    "idle": "Ended by itself: not used",
    "absolute": "Ended by itself: the longest time was over",
    "second_factor": "Ended by itself: signed in without the second factor",
}


class SessionLimitMiddleware(MiddlewareMixin):
    """Ends what is over, renews what a person uses, says when it will end."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        request.session_ends_at = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return None
        now = clock.real_now()
        if why := over(request.session, now):
            return end(request, why)
        if renews(request):
            renew(request.session, now)
        request.session_ends_at = ends_at(request.session)  # type: ignore[attr-defined]
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """What a person was shown is not to be found by going back after sign-out."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def begin(session: SessionBase, records: list[dict[str, Any]]) -> str:
    """Start both limits at sign-in; answers the second factor used ("" for none)."""
    session[BEGAN] = session[SEEN] = clock.real_now().timestamp()
    factors = [record["type"] for record in records if record["method"] == "mfa"]
    session[SECOND_FACTOR] = factors[-1] if factors else ""
    return str(session[SECOND_FACTOR])


def ends_at(session: SessionBase) -> dt.datetime:
    """When the session ends if nobody uses it (machine time)."""
    idle = session.get(SEEN, 0) + settings.SESSION_IDLE_SECONDS
    absolute = session.get(BEGAN, 0) + settings.SESSION_ABSOLUTE_SECONDS
    return dt.datetime.fromtimestamp(min(idle, absolute), dt.UTC)


def over(session: SessionBase, now: dt.datetime) -> str:
    """ "idle" or "absolute" once a limit is reached, else ""."""
    if BEGAN not in session:  # a session that no sign-in page began: begin it now
        begin(session, [])
    at = now.timestamp()
    if at - session[BEGAN] >= settings.SESSION_ABSOLUTE_SECONDS:
        return "absolute"
    return "idle" if at - session[SEEN] >= settings.SESSION_IDLE_SECONDS else ""


def renew(session: SessionBase, now: dt.datetime) -> None:
    """A person used the portal; written at most once a minute."""
    if now.timestamp() - session[SEEN] >= SAVE_EVERY_SECONDS:
        session[SEEN] = now.timestamp()


def renews(request: HttpRequest) -> bool:
    """A person's request: a page, or anything that writes (the chunks of an upload,
    too, which a person waits for)."""
    if request.path == reverse("account_stay"):
        return False  # its view renews, when it is asked to
    return request.method not in ("GET", "HEAD") or not by_the_page(request)


def by_the_page(request: HttpRequest) -> bool:
    """A stream or a poll: made by the page, not by a person."""
    return "X-Partial" in request.headers or bool(BY_THE_PAGE.fullmatch(request.path))


def end(request: HttpRequest, why: str) -> HttpResponse:
    """Sign out, on the record, and say why on the sign-in page; a partial: 401."""
    user = request.user
    logout(request)
    if user.is_authenticated:
        sign_ins.record_sign_out(user, address.of(request), WHY[why])
    if by_the_page(request) or "HX-Request" in request.headers:
        return HttpResponse(status=401)
    query = {"ended": why}
    if request.method == "GET":
        query["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode(query)}")


def is_alive(session_key: str | None, user: User) -> bool:
    """Whether this person's session still stands: for streams, which look again."""
    engine = import_module(settings.SESSION_ENGINE)
    session: SessionBase = engine.SessionStore(session_key)
    if session.get(SESSION_KEY) != str(user.pk) or BEGAN not in session:
        return False
    unchanged = constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    )
    return user.is_active and unchanged and not over(session, clock.real_now())

"""What the frame of every page needs: band, identity, clock, strip, menu.

The context processor is lazy: a partial that draws no frame asks nothing.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock
from portal.pages import environments, registry
from portal.pages import menu as side_menu
from portal.pages.environments import Environment
from portal.people.guards import Acting
from portal.people.models import Membership, User


@dataclass(frozen=True)
class Frame:
    environment: Environment
    now: dt.datetime
    user: User | None = None
    acting: Acting | None = None
    others: tuple[Membership, ...] = ()  # the person's other participants
    menu: list[side_menu.Section] = field(default_factory=list)
    strip: list[registry.StripCell] = field(default_factory=list)
    live_after: int | None = None
    session_seconds: int | None = None
    idle_seconds: int = settings.SESSION_IDLE_SECONDS
    site_links: list[side_menu.Link] = field(default_factory=list)

    @property
    def roles(self) -> str:
        roles = self.acting.roles if self.acting else frozenset()
        return ", ".join(sorted(role.label for role in roles))


def frame(request: HttpRequest) -> dict[str, object]:
    return {"frame": SimpleLazyObject(lambda: of(request))}


def bare() -> Frame:
    """The frame that asks no database: for sign-in and for a broken portal."""
    environment = environments.current(settings.DEPLOYMENT, settings.ENVIRONMENT)
    return Frame(environment, clock.now())


def of(request: HttpRequest) -> Frame:
    """The frame of this request; the number of queries does not grow with rows."""
    plain = bare()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return plain
    mine = tuple(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("participant")
        .order_by("participant__code")
    )
    site_links = side_menu.site_links(request.path) if user.is_site_admin else []
    acting = getattr(request, "acting", None) or _only(user, mine)
    if acting is None:
        return replace(plain, user=user, others=mine, site_links=site_links)
    return Frame(
        plain.environment,
        plain.now,
        user,
        acting,
        tuple(m for m in mine if m.participant_id != acting.participant.pk),
        side_menu.sections(acting, request.path),
        registry.strip(acting),
        getattr(request, "live_after", None),
        _session_seconds(request),
        site_links=site_links,
    )


def _only(user: User, mine: tuple[Membership, ...]) -> Acting | None:
    """Outside a participant's pages: the one participant, when there is but one."""
    if len(mine) != 1:
        return None
    return Acting(user, mine[0].participant, mine[0])


def _session_seconds(request: HttpRequest) -> int | None:
    """Machine seconds until the session ends, when the session limits say so."""
    ends = getattr(request, "session_ends_at", None)
    return None if ends is None else int((ends - clock.real_now()).total_seconds())

"""Today: what needs a person, and the panels that the apps above registered."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from portal import clock
from portal.pages import menu, registry
from portal.people import guards
from portal.people.guards import ActingRequest


@dataclass(frozen=True)
class Drawn:
    """A panel with its rows read: what `pages/_panel.html` draws."""

    name: str
    topics: str
    body: SafeString


def drawn(panel: registry.Panel, request: ActingRequest) -> Drawn:
    common = {"acting": request.acting, "now": clock.now()}
    rows = panel.selector(request.acting)
    body = render_to_string(panel.template, {**common, **rows}, request)
    return Drawn(panel.name, " ".join(sorted(panel.topics)), body)


@require_safe
@guards.member()
def today(request: ActingRequest) -> HttpResponse:
    heads = [drawn(panel, request) for panel in registry.panels() if panel.is_head]
    cards = [drawn(panel, request) for panel in registry.panels() if not panel.is_head]
    rows = {
        "heads": heads,
        "panels": cards,
        "now": clock.now(),
        "primary": menu.primary(request.acting),
    }
    return render(request, "pages/today.html", rows)


@require_safe
@guards.member()
def panel(request: ActingRequest, name: str) -> HttpResponse:
    """One panel alone: what the open page fetches again."""
    try:
        found = registry.panel(name)
    except KeyError:
        raise Http404 from None
    return render(request, "pages/_panel.html", {"panel": drawn(found, request)})

"""The side menu: the registered entries that this person's roles may open."""

from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from portal.pages import registry
from portal.people.guards import Acting


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    icon: str
    count: int
    current: str  # the value of aria-current, or ""


@dataclass(frozen=True)
class Section:
    title: str
    links: list[Link] = field(default_factory=list)


def sections(acting: Acting, path: str) -> list[Section]:
    """In the order of the entries; a section stands where its first entry does."""
    entries = [(entry, _url(entry, acting)) for entry in registry.menu()]
    open_to_me = [(e, url) for e, url in entries if url and _may_open(e, acting)]
    here = _nearest([url for _, url in open_to_me], acting, path)
    found: dict[str, Section] = {}
    for entry, url in open_to_me:
        current = ("page" if url == path else "true") if url == here else ""
        count = entry.count(acting) if entry.count else 0
        section = found.setdefault(entry.section, Section(entry.section))
        section.links.append(Link(entry.title, url, entry.icon, count, current))
    return list(found.values())


def site_links(path: str) -> list[Link]:
    """The site admin's own section."""
    found = []
    for entry in registry.site_menu():
        url = reverse(entry.url_name)
        below = "true" if path.startswith(url) else ""
        current = "page" if path == url else below
        found.append(Link(entry.title, url, entry.icon, 0, current))
    return found


def primary(acting: Acting) -> Link | None:
    """The one thing that most people come to Today for, if this person may."""
    for entry in registry.menu():
        if entry.is_primary and _may_open(entry, acting) and _url(entry, acting):
            return Link(entry.title, _url(entry, acting), entry.icon, 0, "")
    return None


def _may_open(entry: registry.MenuEntry, acting: Acting) -> bool:
    if entry.roles and not entry.roles & acting.roles:
        return False
    return entry.is_for is None or entry.is_for(acting)


def _url(entry: registry.MenuEntry, acting: Acting) -> str:
    try:
        return reverse(entry.url_name, args=[acting.participant.code])
    except NoReverseMatch:
        return ""  # registered before its page is


def _nearest(urls: list[str], acting: Acting, path: str) -> str:
    """The entry under whose address this page lies; Today only when it is Today."""
    today = reverse("today", args=[acting.participant.code])
    above = [u for u in urls if path == u or (u != today and path.startswith(u))]
    return max(above, key=len, default="")

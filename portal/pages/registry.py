"""What apps above put on the common pages: menu entries, Today's panels, strip."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.people.guards import Acting
from portal.people.models import Role


@dataclass(frozen=True)
class MenuEntry:
    section: str  # "" for the top, else the heading ("HKIDR on ECP")
    title: str
    url_name: str  # reversed with the participant's code
    icon: str  # a heroicon's name
    order: int
    roles: frozenset[Role] = frozenset()  # empty: every member
    count: Callable[[Acting], int] | None = None
    is_primary: bool = False  # also the one button in Today's head
    # Whether it is there for this participant at all; None: for every one.
    is_for: Callable[[Acting], bool] | None = None


@dataclass(frozen=True)
class SiteEntry:
    """A page of the site admins; its address has no participant."""

    title: str
    url_name: str
    icon: str
    order: int


@dataclass(frozen=True)
class Panel:
    """A card on Today: its template, a whole `<section class="card">`, is rendered
    with the selector's answer, `acting` and `now`."""

    name: str  # also the live partial's address
    template: str
    selector: Callable[[Acting], dict[str, object]]
    order: int
    topics: frozenset[str]
    is_head: bool = False  # no card: the sentence under Today's heading


@dataclass(frozen=True)
class StripCell:
    """One facility in the strip: status is a `data-s`, word its status word."""

    name: str
    site: str
    site_word: str
    status: str
    word: str
    more: str


_menu: list[MenuEntry] = []
_site_menu: list[SiteEntry] = []
_panels: dict[str, Panel] = {}
_homes: dict[str, str] = {"today": "Today"}
_strips: list[Callable[[Acting], list[StripCell]]] = []


def add_menu(entry: MenuEntry) -> None:
    _menu.append(entry)


def add_site_menu(entry: SiteEntry) -> None:
    _site_menu.append(entry)


def site_menu() -> list[SiteEntry]:
    return sorted(_site_menu, key=lambda entry: entry.order)


def add_panel(panel: Panel) -> None:
    _panels[panel.name] = panel


def add_strip(cells: Callable[[Acting], list[StripCell]]) -> None:
    _strips.append(cells)


def add_home(url_name: str, title: str) -> None:
    """A page of a participant that a person may choose to begin with."""
    _homes[url_name] = title


def homes() -> dict[str, str]:
    return _homes


def menu() -> list[MenuEntry]:
    return sorted(_menu, key=lambda entry: entry.order)


def panels() -> list[Panel]:
    return sorted(_panels.values(), key=lambda panel: panel.order)


def panel(name: str) -> Panel:
    """Raises KeyError."""
    return _panels[name]


def strip(acting: Acting) -> list[StripCell]:
    return [cell for cells in _strips for cell in cells(acting)]

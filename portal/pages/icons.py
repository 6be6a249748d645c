"""Icons by the design's names: heroicons' outlines as inline SVG beside a word."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

NAMES = {
    "bad": "x-circle",
    "bolt": "bolt",
    "box": "cube",
    "coins": "banknotes",
    "copy": "square-2-stack",
    "done": "check",
    "download": "arrow-down-tray",
    "export": "arrow-up-on-square",
    "file": "document",
    "files": "document-text",
    "flask": "beaker",
    "hold": "question-mark-circle",
    "home": "home",
    "key": "key",
    "list": "list-bullet",
    "lock": "lock-closed",
    "mark": "table-cells",
    "menu": "bars-3",
    "off": "minus-circle",
    "ok": "check-circle",
    "people": "users",
    "run": "arrow-path",
    "search": "magnifying-glass",
    "shield": "shield-check",
    "store": "archive-box",
    "upload": "arrow-up-tray",
    "wait": "clock",
    "warn": "exclamation-triangle",
}

# The status words that wear a dash: over, or not begun, by someone's doing.
DASHED = (
    "Abandoned",
    "Closed",
    "Declined",
    "Draft",
    "Excused",
    "Invalidated",
    "Lapsed",
    "Not set up",
    "Purged",
    "Withdrawn",
)


@lru_cache(maxsize=256)
def svg(name: str) -> SafeString:
    """The SVG of a name of the design, or of a heroicon's own name."""
    outline = heroicon_outline(
        NAMES.get(name, name), size=None, **{"class": "icon", "aria_hidden": "true"}
    )
    return mark_safe(outline)  # noqa: S308  (the wheel's own markup)


def of_status(state: str, word: str) -> str:
    """The icon's name for a `data-s` value and its status word."""
    if state != "idle":
        return state
    return "off" if word.startswith(DASHED) else "wait"

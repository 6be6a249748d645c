"""In which order the tests run, and which of them stay together on one core."""

from collections import Counter
from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = PurePosixPath("tests/browser")
REAL = ("tests/sandbox/", "tests/sandbox_own/", "tests/tools/")


def place(nodeid: str) -> str:
    """What runs on one core: a file; of browser tests a folder, since its files share
    a running site that takes half a minute to start."""
    file = PurePosixPath(nodeid.split("::", 1)[0])
    return str(file.parent if file.is_relative_to(BROWSER) else file)


def long_first(items: list[pytest.Item]) -> None:
    """In place: a month's rehearsal begun last would keep one core waiting. Browser
    tests stay in a row, so that the site they share is started once a core."""
    sizes = Counter(place(item.nodeid) for item in items)
    slow = {place(i.nodeid) for i in items if i.get_closest_marker("slow")}

    def rank(item: pytest.Item) -> tuple[bool, bool, bool, int, str]:
        at = place(item.nodeid)
        browser = PurePosixPath(at).is_relative_to(BROWSER)
        return (at not in slow, not browser, not at.startswith(REAL), -sizes[at], at)

    items.sort(key=rank)


class ByPlace(LoadFileScheduling):
    """Takes the places in the order that the tests have."""

    def _split_scope(self, nodeid: str) -> str:
        return place(nodeid)

"""Which tests stay together, and that the long ones begin first."""

from types import SimpleNamespace
from typing import Any, cast

from tests.scheduling import long_first, place


def item(nodeid: str, *, slow: bool = False) -> Any:
    return SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: slow)


def test_a_file_stays_together_and_of_browser_tests_a_folder() -> None:
    assert place("tests/keys/test_a.py::test_b[x::y]") == "tests/keys/test_a.py"
    assert place("tests/browser/keys/test_a.py::test_b") == "tests/browser/keys"


def test_the_slow_begin_then_browsers_then_real_exchanges_then_the_largest() -> None:
    wanted = [
        item("tests/sandbox/test_month.py::test_a", slow=True),
        item("tests/browser/keys/test_looks.py::test_a"),
        item("tests/sandbox/test_visit.py::test_a"),
        item("tests/keys/test_many.py::test_a"),
        item("tests/keys/test_many.py::test_b"),
        item("tests/keys/test_few.py::test_a"),
    ]
    mixed = [wanted[index] for index in (5, 3, 2, 4, 0, 1)]
    long_first(cast(Any, mixed))
    assert mixed == wanted

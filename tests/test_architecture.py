"""The laws of the house that can be read off the source: who imports whom, how big."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
OURS = ("portal", "keys", "transfers", "fini")
PROGRAMS = ("sandbox", "bench", "tests", "tools")
MAY_IMPORT = {
    "portal": {"portal"},
    "keys": {"portal", "keys"},
    "transfers": {"portal", "keys", "transfers"},
    "fini": {"portal", "keys", "fini"},
    "sandbox": {"sandbox"},
}
# portal's street, low to high.
STREET = (
    *("exchange", "people", "activity", "approvals", "alerts", "tradingdays"),
    "pages",
)
PROJECT = {"settings", "urls", "asgi", "celery", "checks"}
# What the services of every room write: Activity (law 1) and mail in the outbox.
EVERYWHERE = {
    "portal.activity.services",
    "portal.activity.transaction",
    "portal.activity.models",
    "portal.alerts.models.Mail",
    "portal.alerts.mail",
    "portal.alerts.outbox",
}
# Inside an app, low to high; what is none of these may be used from anywhere.
LAYERS = {
    "models": 1,
    "selectors": 2,
    "services": 2,
    "visit": 2,
    "tasks": 3,
    "forms": 3,
    "views": 3,
    "urls": 4,
}
PUBLIC = {"account_login", "account_logout", "mfa_authenticate", "people_invitation"}
PUBLIC |= {"calendar"}
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 50, 150
BANNED = re.compile(
    r"(^|_)(sync|process|handle|manager|util|utils|helper|helpers|common|misc|data"
    r"|info|do)(_|$)"
)
# Names that Django, aiosmtpd, httpx2 or a protocol (SFTP's handle, SSH's ext-info)
# gives.
GIVEN = {"handle", "process_view", "get_context_data", "handle_DATA"}
GIVEN |= {"handle_raw_input", "handle_request", "get_extra_info"}
GIVEN |= {"process_request", "process_response", "handle_in", "_parse_ext_info"}
REASON = re.compile(r"# (noqa: \w+ +)?(?!noqa)\S+ \S+")
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update"}
WRITES |= {"get_or_create", "update_or_create"}


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @property
    def top(self) -> str:
        return self.name.split(".")[0]

    @property
    def text(self) -> str:
        return self.path.read_text()

    def imports(self) -> Iterator[str]:
        """Dotted names of ours that this file imports."""
        for node in ast.walk(parsed(self.path)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def sources(*tops: str) -> list[Source]:
    return [
        Source(path)
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(source.path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in {*OURS, *PROGRAMS}


def room(name: str) -> int:
    """How far up portal's street a module lies; -1 for the low single modules."""
    part = name.split(".")[1] if "." in name else ""
    return STREET.index(part) if part in STREET else -1


def layer(name: str) -> int:
    return max(LAYERS.get(part, 0) for part in name.split(".")[1:] or [""])


def app_of(name: str) -> str:
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "portal" else parts[0]


def test_imports_point_down_between_the_apps() -> None:
    wrong = [
        f"{source.name} imports {name}"
        for source in sources(*MAY_IMPORT)
        for name in source.imports()
        if is_ours(name) and name.split(".")[0] not in MAY_IMPORT[source.top]
    ]
    assert wrong == []


def test_imports_point_down_along_the_street_of_portal() -> None:
    wrong = [
        f"{source.name} imports {name}"
        for source in sources("portal")
        if source.name.split(".")[1] not in PROJECT
        for name in source.imports()
        if name.startswith("portal.")
        and not any(name.startswith(free) for free in EVERYWHERE)
        and room(name) > room(source.name)
    ]
    assert wrong == []


def test_no_transaction_keeps_its_activity_from_being_its_end() -> None:
    """Law 1: one of Django's own around it would have the Activity written before the
    rest, and the head of the chain locked until its end."""
    others = {"portal.wakeups", "portal.fanout", "portal.activity.transaction"}
    wrong = [
        source.name
        for source in sources(*OURS)
        for name in source.imports()
        if name in {"django.db.transaction", "django.db.transaction.atomic"}
        and source.name not in others
    ]
    assert wrong == []


def test_a_locked_row_keeps_nobody_from_making_a_row_that_points_at_it() -> None:
    wrong = [
        source.name
        for source in sources(*OURS)
        if re.search(r"select_for_update\((?!\s*no_key=True)", source.text)
    ]
    assert wrong == []


def test_speaking_to_the_exchange_is_pure() -> None:
    wrong = [
        f"{source.name} imports {name}"
        for source in sources("portal/exchange")
        for name in source.imports()
        if name.split(".")[0] in {"django", "celery", "redis"}
        or (is_ours(name) and not name.startswith("portal.exchange"))
    ]
    assert wrong == []


def test_imports_point_down_inside_an_app() -> None:
    wrong = [
        f"{source.name} imports {name}"
        for source in sources(*OURS)
        if not source.name.endswith(".apps") and "management" not in source.name
        for name in source.imports()
        if is_ours(name)
        and app_of(name) == app_of(source.name)
        and layer(name) > layer(source.name) > 0
    ]
    assert wrong == []


def test_no_file_is_too_long() -> None:
    files = sources(*OURS, *PROGRAMS)
    long = [s.name for s in files if len(s.text.splitlines()) > FILE_LINES]
    assert long == []


def test_no_function_is_too_long() -> None:
    long = [
        f"{source.name}.{node.name}"
        for source in sources(*OURS, *PROGRAMS)
        for node in functions(source)
        if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_template_is_too_long() -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    long = [
        t.name for t in templates if len(t.read_text().splitlines()) > TEMPLATE_LINES
    ]
    assert long == []


def test_names_say_what_things_are() -> None:
    """style.md's words not to be used, in names of modules, classes and functions."""
    named = [
        (source.name, name)
        for source in sources(*OURS, "sandbox", "bench", "tools")
        for name in (source.path.stem, *(node.name for node in functions(source)))
    ]
    wrong = [pair for pair in named if BANNED.search(pair[1]) and pair[1] not in GIVEN]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        source.name
        for source in sources(*OURS, *PROGRAMS)
        if source.text.strip() and not ast.get_docstring(parsed(source.path))
    ]
    assert silent == []


def test_a_wide_except_that_swallows_has_its_reason() -> None:
    """In a comment on its line or the next; one that raises again needs none."""
    wrong = []
    for source in sources(*OURS, "sandbox", "tools"):
        lines = source.text.splitlines()
        for node in ast.walk(parsed(source.path)):
            if isinstance(node, ast.ExceptHandler) and is_wide(node):
                near = lines[node.lineno - 1 : node.lineno + 1]
                if not any(REASON.search(line) for line in near):
                    wrong.append(f"{source.name}:{node.lineno}")
    assert wrong == []


def is_wide(node: ast.ExceptHandler) -> bool:
    raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    named = node.type.id if isinstance(node.type, ast.Name) else "narrow"
    return not raises and (node.type is None or named in {"Exception", "BaseException"})


def test_only_services_write() -> None:
    """No view, form, selector, task or template tag calls what writes a row."""
    wrong = [
        f"{source.name}:{node.lineno} .{node.func.attr}()"
        for source in sources(*OURS)
        if {"views", "selectors", "forms", "tasks", "templatetags"}
        & set(source.name.split("."))
        for node in ast.walk(parsed(source.path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and "objects" in ast.unparse(node.func.value)
    ]
    assert wrong == []


def test_no_template_carries_a_script_or_a_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|hx-on")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if "mail" not in path.name and "mail" not in path.parent.name
        for found in inline.finditer(path.read_text())
    ]
    assert wrong == []


def views(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern


def test_every_view_has_a_guard() -> None:
    """Except those of the sign-in itself, which are for the anonymous."""
    bare = {
        pattern.name
        for pattern in views(get_resolver().url_patterns)
        if not hasattr(pattern.callback, "guard")
    }
    assert bare <= PUBLIC


@pytest.mark.parametrize("address", ["http://", "https://"])
def test_pages_load_nothing_from_elsewhere(address: str) -> None:
    loads = re.compile(rf"""(src|href|url\()=?["'(]?{address}""")
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css")]
    assert [str(p) for p in files if loads.search(p.read_text())] == []

"""The rules of keys know neither Django nor the clock."""

import ast
from pathlib import Path

import pytest

from keys import apps

FOLDER = Path(apps.__file__).parent
PURE = [
    "addresses",
    "exposure",
    "key_stretching",
    "login_ids",
    "packs",
    "passwords",
    "platform_rules",
    "presets",
    "privatekeys",
    "publickeys",
    "rfc4716",
    "timelines",
    "warnings",
]
FORBIDDEN = {"django", "celery", "redis", "paramiko", "asyncssh"}
OURS = {"keys.models", "keys.selectors", "keys.services", "portal.clock"}


def imported(module: str) -> set[str]:
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    froms = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    plain = [n for n in ast.walk(tree) if isinstance(n, ast.Import)]
    return {*froms, *(alias.name for node in plain for alias in node.names)}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_no_framework(module: str) -> None:
    names = imported(module)
    assert {name.split(".")[0] for name in names} & FORBIDDEN == set()
    assert names & OURS == set()


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_never_asks_for_the_time(module: str) -> None:
    source = (FOLDER / f"{module}.py").read_text()
    assert [w for w in (".now(", ".today(", "time.time(") if w in source] == []

"""The ground of FINI knows neither Django nor the network nor the time."""

import ast
from pathlib import Path

import pytest

import fini

FOLDER = Path(fini.__file__).parent
PURE = [
    *(
        "assertions",
        "calls",
        "envelope",
        "errors",
        "gateway_key",
        "identity_numbers",
        "names",
    ),
    *("codes", "ipo_fields", "jwks_comparison", "profile_keys"),
    *("replies", "retries", "tokens"),
    *(f"wire/{p.stem}" for p in sorted((FOLDER / "wire").glob("*.py"))),
    *(f"batches/{p.stem}" for p in sorted((FOLDER / "batches").glob("*.py"))),
    *(f"funding/{p.stem}" for p in sorted((FOLDER / "funding").glob("*.py"))),
]
FORBIDDEN = {"django", "celery", "redis", "httpx2", "socket", "logging"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_no_framework(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    froms = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    plain = [n for n in ast.walk(tree) if isinstance(n, ast.Import)]
    names = {*froms, *(alias.name for node in plain for alias in node.names)}
    assert {name.split(".")[0] for name in names} & FORBIDDEN == set()
    ours = {name for name in names if name.split(".")[0] in {"portal", "keys"}}
    assert ours <= {"portal.exchange.errors"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_never_asks_for_the_time(module: str) -> None:
    source = (FOLDER / f"{module}.py").read_text()
    assert [w for w in (".now(", ".today(", "time.time(") if w in source] == []

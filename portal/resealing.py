"""Sealing everything anew under the newest master key: each app says what it sealed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from portal import secrets


@dataclass(frozen=True)
class Outcome:
    """`done`: sealed anew; `kept`: the newest key has sealed it already; `unopened`:
    table, row and column of what no master key opens."""

    done: int
    kept: int
    unopened: tuple[str, ...]


_columns: dict[str, Callable[[], Iterator[str]]] = {}


def register(name: str, reseal: Callable[[], Iterator[str]]) -> None:
    """`reseal` goes through its rows and yields "done", "kept" or "unopened <what>"
    for each; every row is its own transaction."""
    _columns[name] = reseal


def names() -> list[str]:
    return sorted(_columns)


def reseal(name: str) -> Outcome:
    told = list(_columns[name]())
    lost = tuple(t.removeprefix("unopened ") for t in told if t.startswith("unopened"))
    return Outcome(told.count("done"), told.count("kept"), lost)


def is_newest(sealed: bytes) -> bool:
    """Whether the first master key of the ring has sealed it."""
    head = secrets.VERSION + secrets.key_id(settings.MASTER_KEYS[0])
    return bytes(sealed[: secrets.HEAD_SIZE]) == head


def column(model: type[models.Model], name: str) -> Callable[[], Iterator[str]]:
    """For a binary column bound to `table|pk|column`; empty values are left alone."""

    def reseal() -> Iterator[str]:
        rows = model._default_manager.order_by("pk").values_list("pk", name)
        for pk, value in rows.iterator(chunk_size=500):
            if value:
                yield _one(model, name, pk, bytes(value))

    return reseal


def _one(model: type[models.Model], name: str, pk: Any, sealed: bytes) -> str:
    if is_newest(sealed):
        return "kept"
    table = model._meta.db_table
    bound_to = secrets.context(table, pk, name)
    try:
        anew = secrets.seal(secrets.open(sealed, bound_to), bound_to)
    except secrets.CannotOpen:
        return f"unopened {table} {pk} {name}"
    # Only over the value that was opened: somebody may have stored a newer one.
    rows = model._default_manager.filter(**{"pk": pk, name: sealed})
    return "done" if rows.update(**{name: anew}) else "kept"

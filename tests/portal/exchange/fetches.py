"""Sinks that remember, and what was fetched into them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from portal.exchange.errors import ExchangeError
from portal.exchange.packets import Body
from portal.exchange.session import Fetched, NotFetched, Session, Wanted


@dataclass
class Memory:
    """A sink that remembers."""

    wanted: Wanted
    content: bytearray = field(default_factory=bytearray)
    dropped: bool = False

    def write(self, block: Body) -> None:
        assert block
        self.content += block

    def drop(self) -> None:
        self.dropped = True


def contents(session: Session, wanted: Iterable[Wanted]) -> dict[str, bytes]:
    """By path; fails for what was not fetched."""
    found = {}
    for result in session.fetch(wanted, Memory):
        assert isinstance(result, Fetched), result
        found[result.wanted.path] = bytes(result.sink.content)
    return found


def errors(
    session: Session, wanted: Iterable[Wanted]
) -> dict[str, ExchangeError | None]:
    """By path; None for what was fetched."""
    return {
        result.wanted.path: result.error if isinstance(result, NotFetched) else None
        for result in session.fetch(wanted, Memory)
    }


def filled(box: Path, sizes: dict[str, int]) -> dict[str, bytes]:
    made = {f"/{name}": os.urandom(size) for name, size in sizes.items()}
    for path, content in made.items():
        (box / path[1:]).write_bytes(content)
    return made


def listed(made: dict[str, bytes]) -> list[Wanted]:
    return [Wanted(path, len(content)) for path, content in made.items()]

"""What a destination is given, and how it says that it did not take it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from transfers.hand_over_names import CHECKSUM

BLOCK = 1 << 20


class CannotHandOver(Exception):
    """A sentence or two for people. `is_everywhere`: of the destination, not of this
    one file."""

    def __init__(self, sentence: str, *, is_everywhere: bool = False) -> None:
        super().__init__(sentence)
        self.is_everywhere = is_everywhere


class Occupied(CannotHandOver):
    """Something else has the name, and is left as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Another content has the name {name} there. It was left as it is. "
            "Move it away, then retry."
        )


class Stopped(Exception):
    """`go_on` said no: another worker has the file, or the rule is over."""


@dataclass(frozen=True)
class Item:
    """One file to be put under a name. `key` is its own, for the name it has on its
    way. `is_begun`: an earlier try found the name free, so what has it is ours;
    `begin` notes that. `go_on` is called for each block and may raise Stopped."""

    name: str
    key: str
    sha256: str  # lower case
    open: Callable[[], BinaryIO]
    is_begun: bool
    begin: Callable[[], None]
    go_on: Callable[[], None]

    @property
    def checksum_name(self) -> str:
        return self.name + CHECKSUM

    @property
    def checksum(self) -> bytes:
        """As `sha256sum --check` reads it, in the folder of the file."""
        return f"{self.sha256}  {self.name.rpartition('/')[2]}\n".encode()


class Destination(Protocol):
    def put(self, item: Item) -> None:
        """All of it under its name, then its checksum beside it. What is there
        already with the same content counts. Raises CannotHandOver; then neither is
        there, or what was there is as it was."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def sha256_of(source: Readable, go_on: Callable[[], None]) -> str:
    """Lower case, to the end of it."""
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
        go_on()
    return digest.hexdigest()


def not_whole() -> CannotHandOver:
    return CannotHandOver(
        "Our own store does not hold what was kept: its checksum is another. Nothing "
        "was handed over. Tell the administrator of the portal."
    )

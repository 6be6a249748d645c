"""What is wanted of a server's files, where it goes, and how each file went."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import ExchangeError
from .sinks import Sink


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as it was listed; `size` in bytes."""

    path: str
    size: int


AnySink = TypeVar("AnySink", bound=Sink)


@dataclass(frozen=True, slots=True)
class Fetched(Generic[AnySink]):
    """Exactly `wanted.size` bytes came, and then the end; all are in `sink`."""

    wanted: Wanted
    sink: AnySink


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why this one did not come; its sink, if there was one, has been dropped."""

    wanted: Wanted
    error: ExchangeError

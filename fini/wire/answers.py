"""The envelope around every answer of the gateway, and the errors in it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fini import names
from fini.wire.json_text import unreadable
from fini.wire.scalars import Fields, items, mapping, moment, rest, text, whole

T = TypeVar("T")
MOST_ENTRIES = 10_000  # FINI sends 1,000 at most
_KNOWN = (
    *(names.CODE, names.MESSAGE, names.DATA, names.TOTAL_SIZE),
    *(*names.TIMESTAMPS, names.NEXT_CURSOR, names.EXCEPTION),
)


@dataclass(frozen=True, slots=True)
class RecordError:
    """One exception: of the whole request outside `data`, of one record inside."""

    code: str
    message: str
    rest: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` and `errors` tell how the request as a whole went; `data` is unread.

    `next_cursor` is None where the list ends. `timestamp` is kept as written; `at` is
    what it says, if it can be read. What was not foreseen is in `rest`.
    """

    code: str
    message: str
    data: object = field(repr=False)
    total_size: int | None
    timestamp: str
    at: dt.datetime | None
    next_cursor: str | None
    errors: tuple[RecordError, ...]
    rest: Mapping[str, object] = field(repr=False)

    @property
    def succeeded(self) -> bool:
        return self.code == names.SUCCESS and not self.errors

    def entries(self, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """The records of `data`, each read by `read`. Raises AnswerUnreadable."""
        found = items({names.DATA: self.data}, names.DATA)
        if len(found) > MOST_ENTRIES:
            raise unreadable(f"data holds more than {MOST_ENTRIES:,} records")
        return tuple(read(mapping(entry, "a record of data")) for entry in found)


def answer(tree: Fields) -> Answer:
    """Raises AnswerUnreadable where not even the envelope can be made out."""
    if names.CODE not in tree and names.DATA not in tree:
        raise unreadable("it has neither code nor data")
    written = next((t for n in names.TIMESTAMPS if (t := text(tree, n))), "")
    return Answer(
        code=text(tree, names.CODE),
        message=text(tree, names.MESSAGE),
        data=tree.get(names.DATA),
        total_size=whole(tree, names.TOTAL_SIZE),
        timestamp=written,
        at=moment(written),
        next_cursor=_cursor(tree),
        errors=errors(tree),
        rest=rest(tree, *_KNOWN),
    )


def errors(fields: Fields) -> tuple[RecordError, ...]:
    """Every exception, also in a shape not foreseen: nothing said is dropped."""
    return tuple(_error(entry) for entry in items(fields, names.EXCEPTION))


def _error(entry: object) -> RecordError:
    if not isinstance(entry, Mapping):
        return RecordError("", entry if isinstance(entry, str) else "", {"": entry})
    known = (names.RECORD_ERROR_CODE, names.RECORD_ERROR_MESSAGE)
    return RecordError(
        text(entry, known[0]), text(entry, known[1]), rest(entry, *known)
    )


def _cursor(tree: Fields) -> str | None:
    """The end is "0", "" or null (notes)."""
    found = text(tree, names.NEXT_CURSOR).strip()
    return None if found in {"", "0"} else found

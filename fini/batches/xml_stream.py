"""Reading one XML part of a workbook block by block, without DTD, entities or tree."""

from collections.abc import Iterator, Mapping
from typing import IO, Protocol
from xml.parsers import expat

from fini.batches.rows import BatchUnreadable

_BLOCK = 1 << 16
DEEPEST = 64


class Listener(Protocol):
    """Told of elements by their names without a prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def listen(part: IO[bytes], listener: Listener) -> Iterator[None]:
    """Feeds the listener; yields after every block, so that the caller can take what
    came. Raises BatchUnreadable."""
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BatchUnreadable("a part of the workbook is nested beyond reason")
        listener.start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(name.rpartition(":")[2])

    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    try:
        while block := part.read(_BLOCK):
            parser.Parse(block)
            yield
        parser.Parse(b"", True)
    except BatchUnreadable:
        raise
    except (expat.ExpatError, LookupError, ValueError):
        raise BatchUnreadable("a part of the workbook is damaged") from None
    yield


def _refuse(*declared: object) -> None:
    """Entities are what makes a small file large, or reads others; no workbook
    declares any."""
    raise BatchUnreadable("a part of the workbook declares a document type")

"""From the bytes of an answer to a tree of JSON that a database can keep."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from fini.errors import AnswerUnreadable

LIMIT = 32 * 1024 * 1024  # bytes; 1,000 records take about one million
DEEPEST = 32
_CONTAINERS = (dict, list)
# Escapes that make half a character or a NUL, which no database takes.
_BAD_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BAD = re.compile("[\0\ud800-\udfff]")


def unreadable(why: str) -> AnswerUnreadable:
    """`why` is ours and quotes nothing of the answer: it may hold people's names."""
    return AnswerUnreadable(
        f"FINI’s answer cannot be read: {why}. Whether the request was done is not "
        "known. FINI is queried for what it has before anything is sent again."
    )


def parse(body: bytes) -> dict[str, object]:
    """One JSON object, of bounded size and depth. Numbers with a point are Decimal.

    Raises AnswerUnreadable.
    """
    if len(body) > LIMIT:
        raise unreadable(f"it is larger than {LIMIT:,} bytes")
    try:
        tree = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number
        )
    except (ValueError, RecursionError, ArithmeticError):
        # Not chained: the library's words quote the answer.
        raise unreadable("it is not JSON, or was cut off") from None
    if not isinstance(tree, dict):
        raise unreadable("it is not a JSON object")
    if _depth(tree) > DEEPEST:
        raise unreadable(f"it is nested more than {DEEPEST} deep")
    cleaned: dict[str, object] = _clean(tree) if _BAD_ESCAPE.search(body) else tree
    return cleaned


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _depth(tree: object) -> int:
    """How deep, counted level by level so that no depth overflows the stack."""
    level, depth = [tree], 0
    while level and depth <= DEEPEST:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += [v for v in item.values() if isinstance(v, _CONTAINERS)]
            elif isinstance(item, list):
                below += [v for v in item if isinstance(v, _CONTAINERS)]
        level, depth = below, depth + 1
    return depth


def _clean(tree: Any) -> Any:
    """With U+FFFD where a character cannot be kept; recursion is bounded by now."""
    if isinstance(tree, str):
        return _BAD.sub("\N{REPLACEMENT CHARACTER}", tree)
    if isinstance(tree, dict):
        return {_clean(name): _clean(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_clean(item) for item in tree]
    return tree

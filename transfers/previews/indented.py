"""JSON laid out for reading: only white space changes, no number and no key does."""

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_DEEPEST = 40  # levels that are indented further


def indented(text: str, most: int) -> tuple[str, bool] | None:
    """(laid out, whether it was cut at `most` letters); None for what is no JSON."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    parts: list[str] = []
    size, level, before = 0, 0, ""
    for match in _TOKEN.finditer(text):
        token = match.group()
        is_end = token in ("}", "]")
        level -= is_end
        part = _gap(before, token, level, is_end) + token
        level += token in ("{", "[")
        size += len(part)
        if size > most:
            return "".join(parts), True
        parts.append(part)
        before = token
    return "".join(parts), False


def _gap(before: str, token: str, level: int, is_end: bool) -> str:
    if before == ":":
        return " "
    if before in ("{", "[", ",") and not is_end:
        return _line(level)
    return _line(level) if is_end and before not in ("{", "[") else ""


def _line(level: int) -> str:
    return "\n" + "  " * min(level, _DEEPEST)

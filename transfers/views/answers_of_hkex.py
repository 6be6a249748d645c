"""HKEX's result files as they came: byte for byte, whatever the bytes are."""

from dataclasses import dataclass

from transfers.models import ResultFile, Submission

_SHOWN = 4096


@dataclass(frozen=True)
class Shown:
    """text: the bytes as text, escaped by the template; not one is lost."""

    name: str
    text: str
    rest: int  # bytes that are not shown; the evidence pack has them
    is_equal: bool  # the checksum in it is ours


def shown(result: ResultFile, submission: Submission) -> Shown:
    content = bytes(result.content)
    equal = submission.sha256.encode() in content.upper() and bool(submission.sha256)
    return Shown(
        result.name,
        as_text(content[:_SHOWN]),
        max(0, len(content) - _SHOWN),
        result.kind == "rcvd" and equal,
    )


def as_text(content: bytes) -> str:
    """UTF-8 where it is; other bytes and unseen characters written out as \\xNN."""
    text = content.decode("utf-8", "backslashreplace")
    return "".join(char if _is_seen(char) else _escaped(char) for char in text)


def _is_seen(char: str) -> bool:
    return char.isprintable() or char in "\r\n\t"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")

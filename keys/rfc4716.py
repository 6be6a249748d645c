"""The SSH2 public key file format (RFC 4716), written strictly and read bounded."""

import base64
import binascii
import codecs
import re
from dataclasses import dataclass

LIMIT = 16_384  # bytes; a 4096-bit key with the longest comment takes 2,000
LINE, NAME, VALUE = 72, 64, 1024  # bytes (RFC 4716 §3.3)
BEGIN = b"---- BEGIN SSH2 PUBLIC KEY ----"
END = b"---- END SSH2 PUBLIC KEY ----"
_BODY_LINE = 70  # as ssh-keygen writes
_LINE_END = re.compile(rb"\r\n|\n|\r")


class NotSsh2(ValueError):
    """`sentence` says what is wrong with the file; it holds nothing of the content."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Ssh2File:
    """The key blob, and the headers as written, unquoted, in their order."""

    blob: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def comment(self) -> str:
        """Of the first Comment header; empty if there is none. From a stranger."""
        return next((v for n, v in self.headers if n.lower() == "comment"), "")


def encode(blob: bytes, comment: str = "") -> bytes:
    """The file with LF line ends; a long comment goes on over further lines.

    Raises NotSsh2 for a comment that no header can carry.
    """
    lines = [BEGIN, *_comment_lines(comment)]
    body = base64.b64encode(blob)
    lines += [body[i : i + _BODY_LINE] for i in range(0, len(body), _BODY_LINE)]
    return b"\n".join([*lines, END, b""])


def decode(content: bytes, limit: int = LIMIT) -> Ssh2File:
    """Line ends, a BOM, blanks at line ends and empty lines around are let pass.

    Raises NotSsh2; what the blob holds is the caller's to judge.
    """
    if len(content) > limit:
        raise NotSsh2(f"The file is larger than {limit:,} bytes, so it is no key file.")
    inside = _between_the_marks(content)
    if any(len(line) > LINE for line in inside):
        raise NotSsh2(f"A line is longer than {LINE} bytes, which SSH2 files forbid.")
    headers = []
    while inside and b":" in inside[0]:
        headers.append(_header(inside))
    return Ssh2File(_body(inside), tuple(headers))


def _comment_lines(comment: str) -> list[bytes]:
    """Quoted, as some readers want it (RFC 4716 §3.3.2)."""
    if not comment:
        return []
    if not comment.isprintable() or len(comment.encode()) > VALUE - 2:
        raise NotSsh2("A comment is one line of printable text of at most 1,022 bytes.")
    lines = [b""]
    for character in f'Comment: "{comment}"':
        grown = lines[-1] + character.encode()
        if len(grown) < LINE:  # room for the backslash
            lines[-1] = grown
        else:
            lines.append(character.encode())
    return [line + b"\\" for line in lines[:-1]] + lines[-1:]


def _between_the_marks(content: bytes) -> list[bytes]:
    text = content.removeprefix(codecs.BOM_UTF8)
    lines = [line.rstrip(b" \t") for line in _LINE_END.split(text)]
    filled = [i for i, line in enumerate(lines) if line]
    lines = lines[filled[0] : filled[-1] + 1] if filled else []
    if not lines or lines[0] != BEGIN:
        raise NotSsh2(f"The file does not begin with “{BEGIN.decode()}”.")
    if END not in lines:
        raise NotSsh2(f"The file does not end with “{END.decode()}”: it was cut.")
    if lines.index(END) != len(lines) - 1:
        raise NotSsh2("Something follows the end of the key: one file holds one key.")
    return lines[1:-1]


def _header(lines: list[bytes]) -> tuple[str, str]:
    """Takes the first header, with the lines that continue it, off `lines`."""
    whole = lines.pop(0)
    while whole.endswith(b"\\"):
        if not lines or len(whole) > NAME + VALUE + LINE:
            raise NotSsh2("A header line goes on without an end.")
        whole = whole[:-1] + lines.pop(0)
    name, _, value = whole.partition(b":")
    value = value.strip(b" \t")
    if not name or len(name) > NAME or not name.isascii():
        raise NotSsh2(f"A header’s name has 1 to {NAME} ASCII characters.")
    if len(value) > VALUE:
        raise NotSsh2(f"A header’s value is longer than {VALUE:,} bytes.")
    if len(value) > 1 and value[:1] == value[-1:] == b'"':
        value = value[1:-1]
    return name.decode("ascii"), value.decode("utf-8", "replace")


def _body(lines: list[bytes]) -> bytes:
    text = b"".join(lines)
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NotSsh2("The key itself is damaged: it is not base64.") from None
    if not blob or b"" in lines or base64.b64encode(blob) != text:
        raise NotSsh2("The key itself is damaged: something of it is missing.")
    return blob

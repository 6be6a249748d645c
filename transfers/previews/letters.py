"""Reading bytes as text: which encoding it is, and letters that cannot be seen."""

import codecs
import re
import unicodedata

# Longer marks first: UTF-32's begins as UTF-16's does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_GUESSES = (("utf-8", "UTF-8"), ("big5hkscs", "Big5 (HKSCS)"))
_LAST = ("cp1252", "unknown, shown as Western letters")
_SAMPLE = 4096
# Marks of direction; what has no width, or is a blank that looks like none: fillers of
# Hangul, the empty Braille pattern, selectors of variants, and the tags, which can hold
# a whole text that nobody sees.
_MARKS_UNSEEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
# Of a text, tabs and line ends are left as they are; a name has none.
_UNSEEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_MARKS_UNSEEN}]")
_UNSEEN_IN_NAME = re.compile(f"[\x00-\x1f{_MARKS_UNSEEN}]")
LONGEST_NAME = 200


def read(raw: bytes, is_cut: bool) -> tuple[str, str]:
    """The text and the encoding's name for people. is_cut: the last letter may be a
    part of one."""
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw[len(mark) :], codec), name
    if codec := _utf_16_without_mark(raw):
        return _decoded(raw, codec), "UTF-16"
    for codec, name in _GUESSES:
        try:
            return codecs.getincrementaldecoder(codec)().decode(raw, not is_cut), name
        except UnicodeDecodeError:
            continue
    return _decoded(raw, _LAST[0]), _LAST[1]


def seen(text: str) -> str:
    """With every letter that cannot be seen, or turns others around, written out."""
    return _UNSEEN.sub(_written, text)


def seen_name(name: str) -> str:
    """A name on one line, as `seen`, and no longer than LONGEST_NAME."""
    shown = _UNSEEN_IN_NAME.sub(_written, name[: LONGEST_NAME + 1])
    cut = len(name) > LONGEST_NAME or len(shown) > LONGEST_NAME
    return f"{shown[: LONGEST_NAME - 1]}…" if cut else shown


def is_no_text(text: str) -> bool:
    """One letter in twenty is a control: pictures, programs, compressed bytes."""
    sample = text[:_SAMPLE]
    controls = sum(
        unicodedata.category(one) == "Cc" and one not in "\t\r\n\f\x1a"
        for one in sample
    )
    return controls * 20 > len(sample)


def _decoded(raw: bytes, codec: str) -> str:
    return raw.decode(codec, "replace")


def _utf_16_without_mark(raw: bytes) -> str:
    """Latin letters in UTF-16 have a zero in every second byte."""
    sample = raw[:_SAMPLE]
    if len(sample) < 4:
        return ""
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd < half * 0.1 else ""


def _written(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"

"""The name under which a file is handed over: a template with a closed set of words.

Whatever HKEX called a file, the result is one to six plain names below the destination:
no path of its own, no device, no hidden file, no file that looks like a checksum.
"""

import datetime as dt
import string
import unicodedata
from dataclasses import dataclass

from transfers.contents import fit_name

PLACEHOLDERS = (
    *("participant", "platform", "folder", "file_id", "identity"),
    *("year", "month", "day", "name", "stem", "ending"),
)
DEFAULT = "{platform}/{day}/{name}"
LONGEST = 200  # characters of a template
DEEPEST = 6
# Bytes of one part: a file system takes 255, and the checksum file's name is longer.
PART = 200
CHECKSUM = ".sha256"
NOTHING = "other"  # for what HKEX's name does not tell
_PLAIN = frozenset(string.ascii_letters + string.digits + " ._-/")


class WrongTemplate(ValueError):
    """The text says to a person what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a file; `key` tells two files of one name apart."""

    participant: str
    platform: str
    folder: str
    file_id: str
    identity: str
    day: dt.date
    name: str
    key: str


def check(template: str) -> None:
    """Raises WrongTemplate."""
    if not template or len(template) > LONGEST:
        raise WrongTemplate(f"Write a template of 1 to {LONGEST} characters.")
    words = {word for word, _ in _parts(template) if word}
    for word in sorted(words - set(PLACEHOLDERS)):
        raise WrongTemplate(f"{{{word}}} is not one of the words that can be used.")
    if not words & {"name", "stem"}:
        raise WrongTemplate("Use {name}, so that each file keeps a name of its own.")
    if strange := set("".join(text for _, text in _parts(template))) - _PLAIN:
        raise WrongTemplate(
            f"Leave out {min(strange)!r}: plain letters, digits, space, . _ - and / "
            "stand beside the words."
        )
    parts = template.split("/")
    if len(parts) > DEEPEST or any(part.strip(" .") == "" for part in parts):
        raise WrongTemplate(
            f"Write up to {DEEPEST} names with one / between each, and none of dots."
        )


def rendered(template: str, told: Told) -> str:
    """`RAP/2026-11-23/TP001.csv`: safe below any folder. Raises WrongTemplate."""
    check(template)
    words = _words(told)
    parts = [_rendered(part, words) for part in template.split("/")]
    return "/".join([*parts[:-1], _no_checksum(parts[-1])])


def distinct(name: str, key: str) -> str:
    """The same name for another file: with the beginning of that file's own key."""
    head, slash, last = name.rpartition("/")
    stem, ending = _split(last)
    marked = f"{_cut(stem, PART - len(_bytes(ending)) - 9)}~{key[:8]}{ending}"
    return f"{head}{slash}{marked}"


def folded(name: str) -> str:
    """Equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _parts(template: str) -> list[tuple[str, str]]:
    """(word, text before it); a word has no format and no attributes."""
    try:
        found = list(string.Formatter().parse(template))
    except ValueError:
        raise WrongTemplate("A { stands without its }, or a } without its {.") from None
    if any(spec or conversion for _, _, spec, conversion in found):
        raise WrongTemplate("Write a word alone between { and }.")
    if any(word == "" for _, word, _, _ in found):
        raise WrongTemplate("Write a word between { and }.")
    return [(word or "", text) for text, word, _, _ in found]


def _words(told: Told) -> dict[str, str]:
    stem, ending = _split(told.name)
    return {
        "participant": told.participant,
        "platform": told.platform,
        "folder": told.folder.strip("/").replace("/", "_") or NOTHING,
        "file_id": told.file_id or NOTHING,
        "identity": told.identity or NOTHING,
        "year": f"{told.day:%Y}",
        "month": f"{told.day:%m}",
        "day": told.day.isoformat(),
        "name": told.name,
        "stem": stem,
        "ending": ending.removeprefix("."),
    }


def _rendered(part: str, words: dict[str, str]) -> str:
    """One part. It is fitted whole, so that no two words make up what one may not."""
    text = "".join(f"{before}{words.get(word, '')}" for word, before in _parts(part))
    stem, ending = _split(text.encode("utf-8", "replace").decode())
    short = f"{_cut(stem, PART - len(_bytes(ending)))}{ending}"
    return _cut(fit_name(short), PART).rstrip(" .") or "_"


def _no_checksum(name: str) -> str:
    return f"{name}_" if name.casefold().endswith(CHECKSUM) else name


def _split(name: str) -> tuple[str, str]:
    """("TP001", ".csv"); an ending is short, or none."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(_bytes(ending)) > 16:
        return name, ""
    return stem, f"{dot}{ending}"


def _cut(text: str, most: int) -> str:
    return _bytes(text)[:most].decode("utf-8", "ignore")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")

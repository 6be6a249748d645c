"""Numbers and names of people: check digit, what a screen may show, what finds them."""

import hmac
import re
import unicodedata

_HKID = re.compile(r"([A-Z]{1,2})([0-9]{6})([0-9A])")
_DROPPED = re.compile(r"[\s()\-./]+")
_DROPPED_OF_ASCII = {at: None for at in range(128) if _DROPPED.match(chr(at))}
_HIDDEN = "•"
SHOWN = 3  # characters of a number
_PRINTED = re.compile(r"\b[A-Z]{1,2} ?[0-9]{6} ?\([0-9A]\)")
_IN_TEXT = re.compile(r"\b[A-Z]{1,2} ?[0-9]{6} ?(\([0-9A]\)|[0-9A]\b)")


def normalised(number: str) -> str:
    """One spelling for all ways to write a number: width, case, spaces, brackets."""
    if number.isascii():  # as below, in a third of the time
        return number.translate(_DROPPED_OF_ASCII).upper()
    return _DROPPED.sub("", unicodedata.normalize("NFKC", number)).upper()


def looks_like_hkid(number: str) -> bool:
    return _HKID.fullmatch(normalised(number)) is not None


def mentions_hkid(text: str) -> bool:
    """Whether a sentence quotes what looks like a whole HKID."""
    return _IN_TEXT.search(unicodedata.normalize("NFKC", text).upper()) is not None


def quotes_hkid(text: str) -> bool:
    """Whether it quotes one as a card prints it, with its check digit in brackets:
    without them a reference of a letter and seven digits looks the same."""
    if text.isascii() and "(" not in text:
        return False
    return _PRINTED.search(unicodedata.normalize("NFKC", text).upper()) is not None


def check_digit(letters_and_digits: str) -> str:
    """Of `A123456` or `AB123456`: weights 9 to 2, a missing letter counts 36."""
    worth = [ord(c) - 55 if c.isalpha() else int(c) for c in letters_and_digits]
    worth = [36] * (8 - len(worth)) + worth
    left = -sum(w * v for w, v in zip(range(9, 1, -1), worth, strict=True)) % 11
    return "A" if left == 10 else str(left)


def check_digit_fails(number: str) -> bool:
    """Only ever a warning: the HKID that guide D itself uses fails. False for what
    is not in the form of an HKID."""
    found = _HKID.fullmatch(normalised(number))
    return found is not None and check_digit(found[1] + found[2]) != found[3]


def masked(number: str) -> str:
    """`M011336(5)` as `M01••••(•)`. Others show at most a third, three characters."""
    plain = normalised(number)
    if _HKID.fullmatch(plain):
        return f"{plain[:SHOWN]}{_HIDDEN * (len(plain) - SHOWN - 1)}({_HIDDEN})"
    shown = min(SHOWN, len(plain) // 3)
    return plain[:shown] + _HIDDEN * min(len(plain) - shown, 8)


def masked_code(code: str) -> str:
    """Codes of types and countries are short; what is longer stands in a wrong cell."""
    return code if len(code) <= SHOWN else _HIDDEN


def holds(text: str, number: str) -> bool:
    """Whether a text quotes the number of a document, however written."""
    plain = normalised(number)
    return len(plain) > SHOWN and plain in normalised(text)


def masked_name(name: str) -> str:
    """`Chan Tai Man` as `C••• T•• M••`, `陳大文` as `陳••`."""
    return " ".join(
        word[0] + _HIDDEN * min(len(word) - 1, 8) if len(word) > 1 else _HIDDEN
        for word in unicodedata.normalize("NFC", name).split()
    )


def document(id_type: str, jurisdiction: str, number: str) -> str:
    """What `search_hash` is asked of one document of one country."""
    return "\0".join((id_type, jurisdiction.upper(), number))


def search_hash(number: str, key: bytes) -> bytes:
    """What a number is searched and compared by; without `key` it tells nothing.

    HKIDs are few enough to try them all, hence a key (32 bytes) and no plain hash.
    """
    if len(key) < 32:
        raise ValueError("a search key has 32 bytes")
    spoken = b"fini/id-number\0" + normalised(number).encode("utf-8", "replace")
    return hmac.digest(key, spoken, "sha256")

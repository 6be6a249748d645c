"""The password that opens the encrypted mapping file at ECP (Guide A §3.6)."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence
from typing import NamedTuple

MIN_LENGTH, MAX_LENGTH = 10, 128
GENERATIONS = 5  # the current one and the four before it
REMINDER_MONTHS = 3
_SALT = 16
_COST = {"n": 2**14, "r": 8, "p": 5}  # about 0.2 s: hash outside any transaction
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
_SYMBOLS = "".join(c for c in _PRINTABLE if not c.isalnum())
_CLASSES = {
    "an upper-case letter": string.ascii_uppercase,
    "a lower-case letter": string.ascii_lowercase,
    "a digit": string.digits,
    "a symbol": _SYMBOLS,
}


class Rule(NamedTuple):
    """What a password must be, and the sentence for one that is not."""

    title: str
    fault: str
    is_met: bool


def rules(password: str, again: str) -> list[Rule]:
    """All of them, each with its verdict: the page shows them while one types."""
    first, second = (t.encode(errors="surrogatepass") for t in (password, again))
    length = f"{MIN_LENGTH} to {MAX_LENGTH} characters"
    return [
        Rule(
            length.capitalize(),
            f"The password has {length}.",
            MIN_LENGTH <= len(password) <= MAX_LENGTH,
        ),
        Rule(
            "Printable ASCII, no blank",
            "The password holds printable ASCII only, and no blank.",
            all(c in _PRINTABLE for c in password),
        ),
        *(
            Rule(
                name.capitalize(),
                f"The password needs {name}.",
                any(c in members for c in password),
            )
            for name, members in _CLASSES.items()
        ),
        Rule(
            "Twice the same",
            "The two passwords differ: type it twice, the same.",
            hmac.compare_digest(first, second),
        ),
    ]


def faults(password: str, again: str) -> list[str]:
    """One sentence for each fault; none of them holds the password."""
    return [rule.fault for rule in rules(password, again) if not rule.is_met]


def generate(length: int = 32) -> str:
    """A password of chance that has no fault."""
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise ValueError(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    chosen = [secrets.choice(members) for members in _CLASSES.values()]
    chosen += [secrets.choice(_PRINTABLE) for _ in range(length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def hashed(password: str) -> str:
    """To be stored for the history: `scrypt$n$r$p$salt$hash`."""
    salt = secrets.token_bytes(_SALT)
    settings = "$".join(str(number) for number in _COST.values())
    return f"scrypt${settings}${_b64(salt)}${_b64(_scrypt(password, salt, **_COST))}"


def was_used(password: str, stored: Sequence[str]) -> bool:
    """Whether it is one of the last five generations; `stored` has the newest first.

    All are compared whatever the answer, each in constant time: a second in all.
    """
    answers = [_is(password, one) for one in stored[:GENERATIONS]]
    return any(answers)


def remind_on(set_on: dt.date, months: int = REMINDER_MONTHS) -> dt.date:
    """The same day `months` later, or the last of a shorter month."""
    years, month = divmod(set_on.month - 1 + months, 12)
    first = dt.date(set_on.year + years, month + 1, 1)
    last = (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
    return first.replace(day=min(set_on.day, last.day))


def _is(password: str, stored: str) -> bool:
    _, n, r, p, salt, expected = stored.split("$")
    made = _scrypt(password, base64.b64decode(salt), n=int(n), r=int(r), p=int(p))
    return hmac.compare_digest(made, base64.b64decode(expected))


def _scrypt(password: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=n, r=r, p=p, maxmem=2**28, dklen=32
    )


def _b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()

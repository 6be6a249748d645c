"""Key files at HKEX: the folder they go to, and the files that answer them."""

import datetime as dt
import re
from dataclasses import dataclass

from portal.exchange.hktime import HONG_KONG, hk_day
from portal.exchange.results import ResultName, rejection_in

FOLDERS = {
    "ECP": "/key_management/publickey",
    "RAP": "/key_management/publickey",
    "RRS": "/KEY_MANAGEMENT",
}
KEEP_AT_MOST = 64 * 1024
# The exchange's clock may be this far behind ours, and its times are whole seconds.
BEHIND, AHEAD = dt.timedelta(seconds=5), dt.timedelta(hours=1)
_RRS = re.compile(r"Result\.([0-9]{8})\.([0-9]{6})\.(success|failed)\.txt")
_MD5 = re.compile(
    rb"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){15}[0-9A-Fa-f]{2}(?![:0-9A-Fa-f])"
)
_REASON = re.compile(r"reason\s*[:=]?\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnswerName:
    """`original` is "" where the name does not say it (RRS); `at` is of the day `on`,
    None where the name says the time of day only."""

    is_success: bool
    at: dt.time
    on: dt.date | None = None
    original: str = ""


def folder(platform: str) -> str:
    return FOLDERS[str(platform)]


def answer_name(platform: str, name: str) -> AnswerName | None:
    """None for whatever does not answer a key upload at this platform."""
    if str(platform) == "RRS":
        return _rrs_name(name)
    found = ResultName.parse(name)
    if found is None:
        return None
    return AnswerName(found.kind == "rcvd", found.at, None, found.original)


def original_in(content: bytes) -> str:
    """The key file's name in an RRS result: the one word that ends in .pub."""
    found = {m.decode() for m in re.findall(rb"[A-Za-z0-9._@-]+\.pub", content)}
    return found.pop() if len(found) == 1 else ""


def fingerprint_in(content: bytes) -> str:
    """The one MD5 fingerprint in it; "" if there is none, or several that differ."""
    found = {m.lower() for m in _MD5.findall(content.replace(b"\0", b""))}
    return found.pop().decode() if len(found) == 1 else ""


def rejection(platform: str, content: bytes) -> tuple[str, str]:
    """Code and reason; no code where the form has none (RRS)."""
    told = rejection_in(content)
    if str(platform) != "RRS":
        return told.code, told.reason
    text = content.replace(b"\0", b"").decode("utf-8", "replace")
    found = _REASON.search(text)
    said = rejection_in((found[1] if found else text).encode())
    return said.code, said.reason


def moment(name: AnswerName, sent_at: dt.datetime) -> dt.datetime:
    """When HKEX made it; without a day, the first such time from the upload on."""
    earliest = (sent_at - BEHIND).replace(microsecond=0)
    day = name.on or hk_day(earliest)
    at = dt.datetime.combine(day, name.at, tzinfo=HONG_KONG)
    return at if name.on or at >= earliest else at + dt.timedelta(1)


def may_answer(name: AnswerName, sent_at: dt.datetime, now: dt.datetime) -> bool:
    """Not older than the upload, and not still to come."""
    at = moment(name, sent_at)
    return (sent_at - BEHIND).replace(microsecond=0) <= at <= now + AHEAD


def _rrs_name(name: str) -> AnswerName | None:
    found = _RRS.fullmatch(name)
    if found is None:
        return None
    try:
        at = dt.datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return AnswerName(found[3] == "success", at.time(), at.date())

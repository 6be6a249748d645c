"""The line to one gateway: requests out, replies in, over TLS that is verified.

The one place that knows httpx2 and translates what it raises. Nothing is chained:
its exceptions carry the request, and with it tokens and people.
"""

import datetime as dt
import logging
import ssl
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpcore2
import httpx2

from fini import sockets
from fini.errors import AnswerLost, GatewayUnreachable
from fini.transport import Transport
from fini.wire import json_text
from portal.exchange.errors import ExchangeError

# They log addresses and headers; what is worth keeping of a call is its row.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_BROKEN = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
    httpx2.InvalidURL,
    httpx2.HTTPError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a connection, for silence, and for a request as a whole."""

    connect: float = 5.0
    silence: float = 30.0
    whole: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unread. `retry_after` in seconds; `date` is the server's."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    date: dt.datetime | None = None


class Line:
    """Any number of threads may ask; connections are kept and used again."""

    def __init__(
        self, base_url: str, ca_file: Path | None, patience: Patience | None = None
    ) -> None:
        """Raises GatewayUnreachable for an authority's file that cannot be read, and
        for an address without TLS."""
        if not base_url.startswith("https://"):
            raise GatewayUnreachable(
                "The address of FINI’s gateway does not begin with https://. Nothing "
                "was sent. Whoever runs the portal looks at FINI_…_URL."
            )
        self._base, self._patience = base_url, patience or Patience()
        waits = httpx2.Timeout(
            self._patience.silence,
            connect=self._patience.connect,
            pool=self._patience.whole,
        )
        self._http = httpx2.Client(
            transport=Transport(verified(ca_file)),
            timeout=waits,
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            # Compressed, a small answer may be of any size.
            headers={"Accept-Encoding": "identity", "User-Agent": "participant-portal"},
        )
        # A client that was replaced goes with its last user, and its sockets with it.
        weakref.finalize(self, self._http.close)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """One attempt. Raises GatewayUnreachable when no byte of the request left,
        AnswerLost when one did and no whole reply came, AnswerUnreadable for a reply
        that is too large."""
        with sockets.attempt(self._patience.whole) as attempt:
            try:
                with self._http.stream(
                    method,
                    self._base + path,
                    params=dict(query) if query else None,
                    headers=dict(headers),
                    content=body,
                ) as response:
                    return _reply(response)
            except _BROKEN as fault:
                raise _translated(fault, attempt) from None

    def close(self) -> None:
        self._http.close()


def verified(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates and names are always verified (FINI-32), although the deck's curl
    does not; a gateway's own authority stands instead of the machine's, not beside."""
    try:
        context = ssl.create_default_context(cafile=ca_file and str(ca_file))
    except (OSError, ssl.SSLError):
        raise GatewayUnreachable(
            "The file of the authority that vouches for FINI’s gateway cannot be read. "
            "Nothing was sent. Whoever runs the portal looks at FINI_…_CA_FILE."
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _reply(response: httpx2.Response) -> Reply:
    """Read as it comes, and no further than an answer may be long."""
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > json_text.LIMIT:
            raise json_text.unreadable(f"it is larger than {json_text.LIMIT:,} bytes")
        parts.append(part)
    told = response.headers
    return Reply(
        response.status_code,
        b"".join(parts),
        _seconds(told.get("Retry-After", "")),
        _moment(told.get("Date", "")),
    )


def _seconds(text: str) -> float | None:
    """A date there is read as nothing said."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)


def _translated(fault: Exception, attempt: sockets.Attempt) -> ExchangeError:
    if attempt.began:
        late = isinstance(fault, httpcore2.TimeoutException)
        how = "did not answer in time" if late else "broke off before it had answered"
        return AnswerLost(
            f"FINI {how}. Whether it did what was asked is not known. FINI is queried "
            "for what it has before anything is sent again."
        )
    if _mistrusted(fault):
        return GatewayUnreachable(
            "FINI’s gateway showed a certificate that nobody we trust vouches for. "
            "Nothing was sent. Somebody may be in between: ask HKEX, and whoever runs "
            "the portal."
        )
    return GatewayUnreachable(
        "FINI’s gateway is not reachable. Nothing was sent. It is tried again by "
        "itself; if it stays so, look at HKEX’s notices and at our own line."
    )


def _mistrusted(fault: BaseException | None) -> bool:
    """Somewhere below, the certificate was not verified."""
    while fault is not None:
        if isinstance(fault, ssl.SSLCertVerificationError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False

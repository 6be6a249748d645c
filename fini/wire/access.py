"""The two answers that open the gateway: the token, and crypto meta."""

import datetime as dt
from dataclasses import dataclass, field

from fini import names
from fini.tokens import LIFETIME, Granted
from fini.wire.answers import Answer
from fini.wire.json_text import unreadable
from fini.wire.scalars import Fields, mapping, required, text, whole

LONGEST_TOKEN = 16_384
# What assertions and tables can reckon with: of the years 2000 to 2199.
EARLIEST_MS, LATEST_MS = 946_684_800_000, 7_258_118_400_000


@dataclass(frozen=True, slots=True)
class CryptoMeta:
    """The gateway's key (base64 DER, for `gateway_key.load`) and its clock."""

    public_key: str = field(repr=False)
    server_timestamp_ms: int

    def clock_offset_ms(self, now: dt.datetime) -> int:
        """How far the gateway's clock is ahead of ours, which says `now`."""
        return self.server_timestamp_ms - epoch_ms(now)


def epoch_ms(moment: dt.datetime) -> int:
    """Whole milliseconds, without a float's rounding."""
    return (moment - dt.datetime.fromtimestamp(0, dt.UTC)) // dt.timedelta(
        milliseconds=1
    )


def crypto_meta(answer: Answer) -> CryptoMeta:
    fields = mapping(answer.data, names.DATA)
    timestamp = whole(fields, names.SERVER_TIMESTAMP)
    if timestamp is None:
        raise unreadable(f"{names.SERVER_TIMESTAMP} is missing")
    if not EARLIEST_MS <= timestamp < LATEST_MS:
        raise unreadable(f"{names.SERVER_TIMESTAMP} is no time of these days")
    return CryptoMeta(required(fields, names.PUBLIC_KEY), timestamp)


def granted(tree: Fields) -> Granted:
    """The token as a header can carry it; without a lifetime it has the guide's."""
    token = required(tree, names.ACCESS_TOKEN)
    if len(token) > LONGEST_TOKEN or not _fits_a_header(token):
        raise unreadable(f"{names.ACCESS_TOKEN} does not fit into a header")
    lifetime = whole(tree, names.EXPIRES_IN) if text(tree, names.EXPIRES_IN) else None
    return Granted(token, LIFETIME if lifetime is None else float(lifetime))


def _fits_a_header(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token

"""The CSV of Activity Enquiry (ECP-32): RFC 4180, streamed, safe in a spreadsheet.

UTF-8 without a byte order mark: the header is exactly ECP's, so that what reads ECP's
export reads ours. A cell that a spreadsheet would take for a formula gets a leading
apostrophe; docs/security.md says so to whoever compares such a cell with the log.
"""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from portal.activity import selectors
from portal.activity.models import Activity, Chain
from portal.clock import HONG_KONG

HEADER = ("Time", "Endpoint", "Activity", "Description", "Status")
# ASCII as OWASP lists them, and their full-width forms, which Excel takes as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvResponse(StreamingHttpResponse):
    """Streams the same plain iterator under WSGI and ASGI; Django's own class would
    gather a plain iterator in memory under ASGI. Each chunk is made in the request's
    own thread, which is where its database connection lives."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = iter(self)
        while (part := await sync_to_async(_next)(parts)) is not None:
            yield part


def _next(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)


def file_name(now: dt.datetime) -> str:
    """ECP_Activity_<YYYYMMDDHHMMSS>.csv, in Hong Kong time."""
    return f"ECP_Activity_{now.astimezone(HONG_KONG):%Y%m%d%H%M%S}.csv"


def lines(chain: Chain | None, query: selectors.Query, up_to: int) -> Iterator[bytes]:
    """The header, then a piece for each chunk of entries."""
    yield _written([HEADER])
    for chunk in selectors.chunks(chain, query, up_to):
        yield _written([_cells(row) for row in chunk])


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(row: Activity) -> tuple[str, ...]:
    at = f"{row.at.astimezone(HONG_KONG):%Y-%m-%d %H:%M:%S}"
    cells = (at, row.endpoint, row.kind, row.description, row.status)
    return tuple(harmless(cell) for cell in cells)


def _written(rows: list[tuple[str, ...]]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue().encode()

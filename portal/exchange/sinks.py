"""Where fetched files go, and what it means when such a place fails."""

import logging
from typing import Protocol

from .errors import SinkFailed, printable
from .packets import Body

logger = logging.getLogger(__name__)


class Sink(Protocol):
    """Where one file goes. Both are called in a thread of the fetching.

    An exception of `write` (a full disk) costs this file, and no other.
    """

    def write(self, block: Body) -> None:
        """The next bytes, in order; nobody changes them afterwards."""

    def drop(self) -> None:
        """There will be no whole file: forget what came."""


def drop(sink: Sink) -> None:
    """Forget what came of a file."""
    try:
        sink.drop()
    except Exception:  # its own fault; the other files must go on
        logger.exception("what came of a file could not be dropped")


def sink_failed(path: str, error: Exception) -> SinkFailed:
    """Ours for whatever a sink raised; a bug of it is logged, too."""
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
    else:
        logger.error("a place for a file failed", exc_info=error)
        said = type(error).__name__
    failure = SinkFailed(
        f"{printable(path)} could not be written down here: {said.rstrip('.')}. "
        "What came of it was dropped."
    )
    failure.__cause__ = error
    return failure

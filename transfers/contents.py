"""The bytes of a kept file, and many kept files as one zip, as streams.

What leaves is what was kept: each file is hashed as it passes, and its last block is
held back until the hash is right. What cannot be read whole ends the stream with an
error, before any ending that would make it look whole.
"""

import datetime as dt
import hashlib
import re
import stat
import unicodedata
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import BinaryIO

from stream_zip import ZIP_64, stream_zip

from portal import files
from portal.exchange.hktime import hk_time
from transfers.models import RetrievedFile

BLOCK = 1 << 18
ZIP_YEARS = range(1980, 2038)
_MODE = stat.S_IFREG | 0o644
_UNFIT = re.compile(
    '[\x00-\x1f\x7f-\x9f/\\\\:*?"<>|\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]'
)
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


class NotWhole(Exception):
    """A kept file cannot be read as it was kept; `.row` is it."""

    def __init__(self, row: RetrievedFile, why: str) -> None:
        super().__init__(why)
        self.row = row


def opened(row: RetrievedFile) -> BinaryIO:
    """Raises NotWhole."""
    try:
        return files.open(row.participant_id, row.stored_key)
    except OSError:
        why = "The file is not in our store, or the store does not answer."
        raise NotWhole(row, why) from None


def blocks(row: RetrievedFile, source: BinaryIO) -> Iterator[bytes]:
    """Closes the source. Raises NotWhole, with the last block not given."""
    digest, held = hashlib.sha256(), b""
    with source:
        try:
            while block := source.read(BLOCK):
                digest.update(block)
                if held:
                    yield held
                held = block
        except OSError:
            raise NotWhole(row, "The store broke off while it was read.") from None
    if digest.hexdigest().upper() != row.sha256.upper():
        raise NotWhole(row, "Its bytes are not those that were kept.")
    if held:
        yield held


def zipped(
    rows: Iterable[RetrievedFile], broke: Callable[[NotWhole], None]
) -> Generator[bytes, None, None]:
    """One zip64, uncompressed: most of what HKEX distributes is packed already. The
    files are opened one after the other. `broke` hears of a file that ends it."""
    names = Names()
    members = (
        (names.in_folder(row), _made_at(row), _MODE, ZIP_64, blocks(row, opened(row)))
        for row in rows
    )
    yield from told(stream_zip(members, BLOCK, _as_is), broke)


def told(parts: Iterable[bytes], broke: Callable[[NotWhole], None]) -> Iterator[bytes]:
    """The same bytes; `broke` hears of the fault that ends them, then it is raised."""
    try:
        yield from parts
    except NotWhole as fault:
        broke(fault)
        raise


def fit_name(name: str) -> str:
    """A name that no system takes for a path, a device or another name."""
    fit = _UNFIT.sub("_", unicodedata.normalize("NFC", name)).strip(" ")
    fit = fit.rstrip(".")[:200]
    if not fit.strip("._") or _DEVICES.match(fit):
        fit = f"_{fit}"
    return "_" + fit[1:] if fit.startswith(".") else fit


class Names:
    """Gives each file a name of its own, also where case makes no difference."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, row: RetrievedFile) -> str:
        return self.distinct(fit_name(row.name))

    def in_folder(self, row: RetrievedFile) -> str:
        """In its platform's: RAP and RRS distribute files of one name."""
        return self.distinct(f"{fit_name(row.platform)}/{fit_name(row.name)}")

    def distinct(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, f"{dot}{ending}") if stem else (name, "")
        number, found = 1, name
        while found.casefold() in self._taken:
            number += 1
            found = f"{stem} ({number}){ending}"
        self._taken.add(found.casefold())
        return found


def _made_at(row: RetrievedFile) -> dt.datetime:
    """As listed, where a zip can say it: its years are 1980 to 2037."""
    listed = hk_time(row.modified_at)
    return listed if listed.year in ZIP_YEARS else hk_time(row.seen_at)


def _as_is() -> "zlib._Compress":
    return zlib.compressobj(level=0, wbits=-zlib.MAX_WBITS)

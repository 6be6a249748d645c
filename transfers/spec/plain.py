"""Plain files, of which the portal makes the zip: which they are, how it is named.

Guide A names the zip and not what is inside. Inside, the file is called as the zip is,
with its own ending, so that it says what it is wherever it is unpacked.
"""

import datetime as dt
from pathlib import PurePath

from transfers.spec.catalogue import FileId, upload_limit

ENDINGS = (".csv", ".txt")
_TIMES = 4  # text becomes a zip of a quarter, mostly less


def is_plain(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def zip_name(entry: FileId, code: str, day: dt.date) -> str:
    """`HBCNMAPP_AAA000_20220225.zip`"""
    return f"{entry.file_id}_{code}_{day:%Y%m%d}.zip"


def member_name(zip_name: str, plain_name: str) -> str:
    """`HBCNMAPP_AAA000_20220225.csv`"""
    return PurePath(zip_name).stem + PurePath(plain_name).suffix.lower()


def plain_limit(megabyte: int) -> int:
    """Bytes that a plain file may have; its zip is held against HKEX's limit."""
    return _TIMES * upload_limit(megabyte)

"""Which files answer an accepted submission, and when (Guide A §3.3, §4.3).

The response comes within five minutes, result and full image in the evening. Mapping
files are there on the day of the submission only, so theirs come before midnight.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sandbox.catalogue import FILE_IDS
from sandbox.journal import Reception

_EVENING = {"HBCNRSLT": (18, 45), "HBCNFIMG": (20, 15)}
_RESULTS = (19, 30)


def answers(reception: Reception) -> list[tuple[datetime, date, str, str]]:
    """When each comes, of which day, its folder at ECP and its name."""
    file_id, code, _day = reception.file_name.removesuffix(".zip").split("_")
    source = FILE_IDS[file_id]
    at = datetime.fromisoformat(reception.received_at)
    kinds = [kind for kind in source.distributed if kind != "HBCNLQRSLSLT"]
    return [
        (due, at.date(), source.download_folder, f"{kind}_{code}_{at:%Y%m%d}.zip")
        for kind, due in zip(kinds, _times(reception, at, kinds), strict=True)
    ]


def other_names(name: str) -> Iterator[str]:
    """The name; then with a number, for a second submission of the same day."""
    yield name
    stem, _, extension = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem}_{number}.{extension}"
        number += 1


def _times(reception: Reception, at: datetime, kinds: list[str]) -> Iterator[datetime]:
    text = f"{reception.id}|{reception.file_name}|{reception.sha256}".encode()
    seconds = hashlib.sha256(text).digest()
    latest = at.replace(hour=23, minute=58, second=0, microsecond=0)
    yield max(at, min(latest, at + timedelta(seconds=60 + seconds[0])))
    for number, kind in enumerate(kinds[1:], 1):
        hour, minute = _EVENING.get(kind, _RESULTS)
        evening = at.replace(hour=hour, minute=minute, second=seconds[number] % 60)
        soon = at + timedelta(minutes=6 * number, seconds=seconds[number])
        yield max(at, min(latest, max(evening, soon)))

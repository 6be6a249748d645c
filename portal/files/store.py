"""What is stored: opened by its key, and deleted when nobody needs it."""

import time
import uuid
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .places import KEY, open_for_reading, stored_path


def open(participant: uuid.UUID, key: str) -> BinaryIO:
    """Raises FileNotFoundError when this participant has no such file."""
    return open_for_reading(stored_path(participant, key), key)


def delete(participant: uuid.UUID, key: str, unused_seconds: float = 0) -> bool:
    """Delete unless it was stored, or stored again, within the last seconds."""
    path = stored_path(participant, key)
    try:
        if time.time() - path.stat().st_mtime < unused_seconds:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def unused_keys(
    participant: uuid.UUID, beginning: str, unused_seconds: float
) -> list[str]:
    """The keys that begin so (two hex digits) and that were not stored, nor stored
    again, within the last seconds."""
    oldest, found = time.time() - unused_seconds, []
    folder = Path(settings.FILES_ROOT) / str(participant) / "kept"
    for path in folder.glob(f"{beginning}/*"):
        try:
            if KEY.fullmatch(path.name) and path.stat().st_mtime < oldest:
                found.append(path.name)
        except FileNotFoundError:
            continue
    return found

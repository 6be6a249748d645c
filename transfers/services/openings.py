"""Whether the registered password opens a stored zip; asked once a content.

What is stored under a key never changes, and neither does a password's row: the answer
for both is remembered in this process, so that a page drawn again reads no content.
"""

import uuid
from functools import lru_cache

from keys.models import EncryptionPassword
from keys.services import passwords
from portal import files, secrets
from transfers import zips
from transfers.zips import Opening


def opening(
    participant: uuid.UUID, stored_key: str, password: EncryptionPassword
) -> Opening | None:
    """None when the password's own seal cannot be opened. Raises FileNotFoundError."""
    try:
        return _opening(participant, stored_key, password.pk)
    except secrets.CannotOpen:
        return None


@lru_cache(maxsize=1024)
def _opening(
    participant: uuid.UUID, stored_key: str, password_pk: uuid.UUID
) -> Opening:
    """The password's text is in this frame only, and in no key of the memory."""
    row = EncryptionPassword.objects.get(pk=password_pk)
    with files.open(participant, stored_key) as source:
        members = zips.read(source, source.seek(0, 2))
        return zips.opening(source, members, passwords.opened(row))

"""What a visit's lease must be able to say here: keys knows nothing of visits."""

import uuid
from typing import Protocol


class Lease(Protocol):
    """Held by one worker; a write of the visit begins with `hold`."""

    @property
    def account_pk(self) -> uuid.UUID: ...

    @property
    def fence(self) -> int: ...

    def hold(self) -> None:
        """Raises when it is another's by now."""

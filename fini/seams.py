"""What stands around a client of FINI: clocks, the budget, and who is told."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Protocol

from fini.assertions import Applicant
from fini.wire.access import CryptoMeta


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the budget, taken at a moment of machine time."""

    pk: uuid.UUID
    at: dt.datetime


class Seams(Protocol):
    def now(self) -> dt.datetime:
        """Business time, for timestamps and assertions."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def pause(self, seconds: float) -> None: ...

    def slot(self, path: str) -> Slot | None:
        """Waits for one; None where nothing is limited. Raises NoSlot."""

    def age(self, slot: Slot) -> float:
        """Seconds since it was taken."""

    def ended(self, slot: Slot, status: int | None, milliseconds: int) -> None: ...

    def meta_changed(self, meta: CryptoMeta, clock_offset_ms: int) -> None: ...

    def let_in(self, applicant: Applicant) -> None:
        """A token was given to these keys."""

    def reached(self) -> None: ...

    def unreachable(self, sentence: str) -> None: ...

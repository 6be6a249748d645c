"""The digest of all that a batch will send, which an approver's decision binds."""

import hashlib

from fini.batches.records import Record


class Binding:
    """Takes the fit records in the order of their rows."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, record: Record, act_on: str = "") -> None:
        """`act_on`: the recordID that a change or an invalidation is about. No field
        of a fit record holds a character that cannot be printed, and so none reads
        like two."""
        told = (
            *(str(record.row), record.own_ref, record.ipo_id, record.firm_id),
            *(str(record.quantity), record.id_type, record.jurisdiction),
            *(record.number, record.name_english, record.name_chinese, act_on),
        )
        self._digest.update("\0".join((*told, "\n")).encode())

    def hexdigest(self) -> str:
        return self._digest.hexdigest()

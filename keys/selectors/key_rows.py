"""The columns of a key that its timeline is built from, without a model row each."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple, Protocol

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Coalesce

from keys.models import SshKey

# Beyond a few hundred the list of accounts costs more than reading all keys.
ASKED_ONE_BY_ONE = 500


class TakenKey(Protocol):
    """What a timeline needs of a key: an `SshKey` has it, and a `KeyRow`."""

    @property
    def account_id(self) -> uuid.UUID: ...
    @property
    def fingerprint_md5(self) -> str: ...
    @property
    def taken(self) -> str: ...
    @property
    def known_at(self) -> dt.datetime: ...
    @property
    def registered_on(self) -> dt.date | None: ...
    @property
    def revoked_on(self) -> dt.date | None: ...
    @property
    def compromised_on(self) -> dt.date | None: ...
    @property
    def is_proved(self) -> bool: ...


class KeyRow(NamedTuple):
    """One key; its fields stand as the columns below."""

    pk: uuid.UUID
    account_id: uuid.UUID
    fingerprint_md5: str
    taken: str
    known_at: dt.datetime
    registered_on: dt.date | None
    revoked_on: dt.date | None
    compromised_on: dt.date | None
    is_proved: bool


_COLUMNS = (
    "pk",
    "account_id",
    "fingerprint_md5",
    "taken",
    Coalesce("taken_at", "created_at"),
    "registered_on",
    "revoked_on",
    "compromised_on",
    ExpressionWrapper(Q(proved_at__isnull=False), BooleanField()),
)


def taken_by(accounts: Collection[uuid.UUID]) -> dict[uuid.UUID, list[KeyRow]]:
    """The keys that HKEX ever took, by account; one query for all of them."""
    taken = SshKey.objects.filter(registered_on__isnull=False)
    if len(accounts) <= ASKED_ONE_BY_ONE:
        taken = taken.filter(account__in=accounts)
    rows: dict[uuid.UUID, list[KeyRow]] = defaultdict(list)
    for columns in taken.values_list(*_COLUMNS):
        row = KeyRow._make(columns)
        rows[row.account_id].append(row)
    return rows

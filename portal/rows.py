"""The one base of our tables: a UUID as primary key."""

import uuid
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.db import connection, models


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def update_in_order(rows: models.QuerySet[Any], **values: object) -> int:
    """As `update`, in the caller's transaction, by the order of the keys: whoever
    changes several rows of a table meets nobody who has begun at the other end. On
    SQLite a transaction that writes has the database to itself."""
    if connection.features.has_select_for_update:
        locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
        rows = rows.model._base_manager.filter(
            pk__in=[row.pk for row in locked.only("pk")]
        )
    return rows.update(**values)


def stored_key() -> Callable[[uuid.UUID], object]:
    """What makes a key the value that the database at hand has for it, where rows are
    written by the thousand; asked once, it serves threads that have no connection."""
    if connection.features.has_native_uuid_field:
        return lambda pk: pk
    return attrgetter("hex")

"""The one base of our tables: a random UUID as primary key."""

import uuid
from collections.abc import Callable
from operator import attrgetter

from django.db import connection, models


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def stored_key() -> Callable[[uuid.UUID], object]:
    """What makes a key the value that the database at hand has for it, where rows are
    written by the thousand; asked once, it serves threads that have no connection."""
    if connection.features.has_native_uuid_field:
        return lambda pk: pk
    return attrgetter("hex")

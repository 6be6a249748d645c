"""The place of a file in the Download Corner: one number, newest first.

Milliseconds since 1970 of when it was seen, and below them a number that tells files
of one millisecond apart. One number pages by key, bounds a range of dates, and is the
row number of the search index, which so answers newest first.
"""

import datetime as dt
import itertools
import random
from typing import Any

from django.db import models

TIES = 21  # bits: two million files a millisecond; 64 bits last until 2109
MILLISECOND = dt.timedelta(milliseconds=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MASK = (1 << TIES) - 1

# Where a process begins is by chance: two that see files in one millisecond would
# have to count alike to meet, and then the second one's visit begins anew.
_numbers = itertools.count(random.getrandbits(TIES))


def first_at(moment: dt.datetime) -> int:
    """The lowest place of this millisecond."""
    return ((moment - EPOCH) // MILLISECOND) << TIES


class PlaceField(models.BigIntegerField):  # type: ignore[type-arg]
    """Set from the row's `seen_at` when the row is added, also by bulk_create."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add and getattr(model_instance, self.attname) is None:
            seen_at = model_instance.seen_at  # type: ignore[attr-defined]
            place = first_at(seen_at) + (next(_numbers) & _MASK)
            setattr(model_instance, self.attname, place)
        return getattr(model_instance, self.attname)

"""Numbers of batches: they count per participant, without two of the same."""

from typing import Any

from django.db.models import Max

from fini.models import Batch
from portal.people.models import Participant


def create(participant: Participant, **fields: Any) -> Batch:
    """In the caller's transaction; creates of one participant take turns."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    last = Batch.objects.filter(participant=participant).aggregate(Max("number"))
    number = (last["number__max"] or 0) + 1
    return Batch.objects.create(participant=participant, number=number, **fields)

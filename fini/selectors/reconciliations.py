"""Reconciliations for their pages."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from fini.models import Reconciliation
from portal.people.models import Participant

SHOWN = 20


def latest(participant: Participant) -> Sequence[Reconciliation]:
    """Newest first, without what they found."""
    return list(_of(participant).defer("differences")[:SHOWN])


def one(participant: Participant, pk: uuid.UUID) -> Reconciliation | None:
    """None for another participant's."""
    return _of(participant).filter(pk=pk).first()


def _of(participant: Participant) -> QuerySet[Reconciliation]:
    rows = Reconciliation.objects.filter(participant=participant)
    return rows.select_related("profile__company_id", "asked_by")

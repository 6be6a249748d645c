"""Outcomes are written to rows that are as they were, and to no others."""

import pytest

from fini.models import Profile
from fini.services.sending import outcome_rows
from fini.services.sending.outcome_rows import Outcome
from fini.states import MoveNotAllowed, SubscriptionStatus
from tests.fini import sending_builders as builders

pytestmark = pytest.mark.django_db
S = SubscriptionStatus


def test_a_row_that_has_moved_on_is_neither_changed_nor_counted(
    profile: Profile,
) -> None:
    batch = builders.batch(profile, 3)
    builders.undecided(batch)
    batch.subscriptions.filter(row=3).update(status=S.RECORDED, record_id="7A")
    pks = batch.subscriptions.values_list("pk", flat=True)
    found = [Outcome(pk, S.ABANDONED) for pk in pks]
    assert outcome_rows.write(found, S.UNCONFIRMED) == 2
    assert builders.states(batch) == {"abandoned": 2, "recorded": 1}


def test_a_move_that_is_not_in_the_table_changes_nothing(profile: Profile) -> None:
    batch = builders.batch(profile, 1)
    found = [Outcome(batch.subscriptions.get().pk, S.ABANDONED)]
    with pytest.raises(MoveNotAllowed):
        outcome_rows.write(found, S.QUEUED)
    assert builders.states(batch) == {"queued": 1}

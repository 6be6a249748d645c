"""A batch that nobody sends does not keep its people for ever."""

import datetime as dt

from fini.services import stale_batches
from fini.states import BatchStatus
from portal import clock
from portal.people.models import Participant, User
from tests.fini import batch_builders as b

DAY = dt.timedelta(days=1)


def test_what_nobody_sends_is_withdrawn_and_its_file_emptied(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    made = b.uploaded(alice, profile), b.checked(alice, profile)
    assert stale_batches.withdraw_stale(clock.now() + 6 * DAY) == 0
    assert stale_batches.withdraw_stale(clock.now() + 8 * DAY) == 2
    for batch in map(b.again, made):
        assert batch.status == BatchStatus.WITHDRAWN
        assert bytes(batch.sealed_file) == b""
        assert "within 7 days" in batch.sentence


def test_what_is_on_its_way_stays(alice: User, participant: Participant) -> None:
    batch = b.ended(b.checked(alice, b.profile(participant)))
    stale_batches.withdraw_stale(clock.now() + 99 * DAY)
    assert b.again(batch).status == BatchStatus.ENDED

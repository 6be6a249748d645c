"""What a delivery writes, and that an old fence writes nothing."""

from collections.abc import Callable

import pytest
from django.db import connection

from keys.models import SftpAccount
from portal import clock
from portal.exchange.errors import BrokeBeforeOpen, OpenRefused, SourceUnfit, Unclear
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Attempt, Submission
from transfers.services import deliveries
from transfers.states import MoveNotAllowed, SubmissionStatus
from transfers.visit import lease as leases
from transfers.visit.lease import Held, LeaseLost

S = SubmissionStatus
UNCLEAR = Unclear("It broke.", stage="write", bytes_acknowledged=7, bytes_sent=9)
Write = Callable[[Held, Attempt], None]


@pytest.fixture
def lease(account: SftpAccount) -> Held:
    held = leases.take(account.pk)
    assert held is not None
    return held


@pytest.fixture
def queued(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return builders.submission(alice, account, ce_number, S.QUEUED)


@pytest.fixture
def attempt(lease: Held, queued: Submission) -> Attempt:
    return claim(lease, queued)


def claim(lease: Held, row: Submission) -> Attempt:
    host = builders.host(row.account.facility)
    return deliveries.claim(lease, row, host, clock.now())


def state(row: Submission) -> str:
    row.refresh_from_db()
    return row.status


def test_a_claim_saves_the_attempt_and_the_fence(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    assert state(queued) == S.UPLOADING
    assert queued.fence == lease.fence
    assert (attempt.number, attempt.intent_at) == (1, None)


def test_what_was_withdrawn_meanwhile_is_not_claimed(
    lease: Held, queued: Submission
) -> None:
    Submission.objects.filter(pk=queued.pk).update(status=S.WITHDRAWN)
    with pytest.raises(MoveNotAllowed):
        claim(lease, queued)
    assert not Attempt.objects.exists()


def test_the_intent_is_committed_once(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    deliveries.intend(lease, attempt, clock.now())
    with pytest.raises(LeaseLost):
        deliveries.intend(lease, attempt, clock.now())


def test_broken_before_open_it_is_queued_again_without_an_intent(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    deliveries.intend(lease, attempt, clock.now())
    deliveries.not_opened(lease, attempt, BrokeBeforeOpen("Gone."), clock.now())
    assert state(queued) == S.QUEUED
    assert queued.opened_at is None


def test_a_file_of_ours_that_cannot_be_sent_is_failed(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    deliveries.not_opened(lease, attempt, SourceUnfit("Empty."), clock.now())
    assert state(queued) == S.FAILED


def test_unclear_it_keeps_how_far_it_came(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    deliveries.unclear(lease, attempt, UNCLEAR, clock.now())
    assert state(queued) == S.UNCONFIRMED
    assert queued.bytes_acknowledged == 7
    assert queued.look_next_at is not None


@pytest.mark.parametrize(
    "write",
    [
        lambda held, one: deliveries.intend(held, one, clock.now()),
        lambda held, one: deliveries.delivered(held, one, clock.now()),
        lambda held, one: deliveries.unclear(held, one, UNCLEAR, clock.now()),
        lambda held, one: deliveries.refused(
            held, one, OpenRefused("No.", 3), clock.now()
        ),
        lambda held, one: deliveries.not_opened(
            held, one, BrokeBeforeOpen("Gone."), clock.now()
        ),
    ],
)
def test_an_old_fence_changes_nothing(
    lease: Held, queued: Submission, attempt: Attempt, write: Write
) -> None:
    old = Held(lease.account_pk, lease.holder, lease.fence - 1)
    with pytest.raises(LeaseLost):
        write(old, attempt)
    assert state(queued) == S.UPLOADING
    assert queued.opened_at is None


def test_progress_under_an_old_fence_ends_the_upload(
    lease: Held, queued: Submission, attempt: Attempt
) -> None:
    Submission.objects.filter(pk=queued.pk).update(status=S.UNCONFIRMED)
    with pytest.raises(LeaseLost):
        deliveries.note_progress(lease, attempt, 100)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_gone_for_a_moment_does_not_cost_the_upload(
    lease: Held, attempt: Attempt
) -> None:
    """The connection is made anew: what follows is written again."""
    assert connection.connection is not None
    connection.connection.close()  # as a restart of the server leaves it
    deliveries.note_progress(lease, attempt, 3)
    deliveries.delivered(lease, attempt, clock.now())
    assert Submission.objects.get().status == S.AWAITING_ACKNOWLEDGMENT

"""The sweep finds what a dead worker, or a lost message, has left."""

import datetime as dt

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import Attempt, AttemptOutcome, Lease, Submission, WorkerHeartbeat
from transfers.selectors.heartbeats import VISITS, workers_are_silent
from transfers.services import heartbeats, looks, recoveries, sweeps
from transfers.states import SubmissionStatus
from transfers.visit import lease as leases

S = SubmissionStatus
PAST = dt.timedelta(seconds=-1)


def uploading(
    user: User, account: SftpAccount, identity: Identity, opened: bool
) -> Submission:
    """As a worker that was killed leaves it."""
    Lease.objects.create(account=account, fence=4, holder="dead")
    row = builders.submission(
        user,
        account,
        identity,
        S.UPLOADING,
        fence=4,
        opened_at=clock.now() if opened else None,
    )
    Attempt.objects.create(submission=row, number=1, fence=4, started_at=clock.now())
    return row


def state(row: Submission) -> str:
    row.refresh_from_db()
    return row.status


def test_killed_before_the_intent_it_is_queued_again(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = uploading(alice, account, ce_number, opened=False)
    assert recoveries.recover_abandoned(clock.now()) == 1
    account.refresh_from_db()
    assert state(row) == S.QUEUED
    assert account.visit_due_at is not None
    assert row.attempts.get().outcome == AttemptOutcome.NOT_OPENED


def test_killed_after_the_intent_it_is_unconfirmed_with_an_alert(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = uploading(alice, account, ce_number, opened=True)
    assert recoveries.recover_abandoned(clock.now()) == 1
    assert state(row) == S.UNCONFIRMED
    assert Alert.objects.get(key=str(row.pk)).kind == "submission-unconfirmed"
    assert row.attempts.get().outcome == AttemptOutcome.UNCLEAR


def test_what_a_living_worker_uploads_is_left_alone(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = uploading(alice, account, ce_number, opened=True)
    assert leases.take(account.pk) is not None
    assert recoveries.recover_abandoned(clock.now()) == 0
    assert state(row) == S.UPLOADING


def test_recovering_fences_the_old_holder_off(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    uploading(alice, account, ce_number, opened=True)
    recoveries.recover_abandoned(clock.now())
    assert Lease.objects.get().fence == 5


def test_the_next_visit_takes_up_what_the_last_one_left(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = uploading(alice, account, ce_number, opened=False)
    held = leases.take(account.pk)
    assert held is not None
    recoveries.recover_before(held, clock.now())
    assert state(row) == S.QUEUED


@pytest.mark.parametrize(
    ("status", "look"), [(S.QUEUED, None), (S.UNCONFIRMED, PAST), (S.ABANDONED, PAST)]
)
def test_what_nobody_was_woken_for_becomes_due(
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
    status: S,
    look: dt.timedelta | None,
) -> None:
    at = clock.real_now() + look if look else None
    builders.submission(alice, account, ce_number, status, look_next_at=at)
    assert sweeps.make_due() == 1


def test_a_due_account_is_woken_unless_somebody_visits_it(
    account: SftpAccount,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    SftpAccount.objects.update(visit_due_at=clock.real_now())
    with django_capture_on_commit_callbacks() as woken:
        assert sweeps.wake_due() == 1
    assert len(woken) == 1
    leases.take(account.pk)
    assert sweeps.wake_due() == 0


def test_a_halted_facility_is_not_visited_for_its_queue(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    account.facility.halted_since = clock.now()
    account.facility.save()
    builders.submission(alice, account, ce_number, S.QUEUED)
    assert sweeps.make_due() == 0


def test_without_an_answer_by_the_deadline_it_is_unconfirmed(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    row = builders.submission(
        alice,
        account,
        ce_number,
        S.AWAITING_ACKNOWLEDGMENT,
        look_until=clock.real_now(),
        look_next_at=clock.real_now(),
    )
    assert looks.miss_deadlines(clock.now()) == 1
    assert state(row) == S.UNCONFIRMED
    assert row.look_until is not None
    assert row.look_until > clock.real_now()


def test_a_silent_worker_is_an_alert_until_it_is_back(account: SftpAccount) -> None:
    heartbeats.tell_of_silence()
    assert Alert.objects.get(resolved_at=None).kind == "worker-silent"
    heartbeats.beat(VISITS)
    heartbeats.tell_of_silence()
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_silence_is_told_once(account: SftpAccount) -> None:
    heartbeats.tell_of_silence()
    heartbeats.tell_of_silence()
    assert Alert.objects.get().count == 1


def test_the_pages_see_when_worker_and_beat_are_gone_together(db: None) -> None:
    assert workers_are_silent()
    sweeps.sweep()
    heartbeats.beat(VISITS)
    assert not workers_are_silent()
    minute_ago = clock.real_now() - dt.timedelta(seconds=61)
    WorkerHeartbeat.objects.update(at=minute_ago)
    assert workers_are_silent()


def test_what_is_unconfirmed_after_midnight_is_still_looked_for(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    """Its day is over, and its answer may be a minute away."""
    row = builders.submission(
        alice,
        account,
        ce_number,
        S.AWAITING_ACKNOWLEDGMENT,
        day=clock.today() - dt.timedelta(days=1),
        look_until=clock.real_now(),
        look_next_at=clock.real_now(),
    )
    looks.miss_deadlines(clock.now())
    looks.ask_again()
    assert state(row) == S.UNCONFIRMED
    assert row.look_next_at is not None

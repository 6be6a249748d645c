"""A purge: proposed, approved by another, carried out in batches, records kept."""

import datetime as dt
import uuid

import pytest
from pytest_django import Settings

from portal import clock
from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.exchange.hktime import HONG_KONG
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders, corner_builders, keeping_builders
from transfers.models import PurgeProposal, PurgeStatus, RetrievedFile, UploadStatus
from transfers.selectors import purges as selectors
from transfers.services import leftovers, purge_proposals, purges
from transfers.services.refusals import Refusal

OLD = dt.date(2012, 5, 7)
BEFORE = dt.date(2013, 1, 1)
S = PurgeStatus


@pytest.fixture
def as_charlie(charlie: User, participant: Participant) -> Acting:
    return builders.acting(charlie, participant)


@pytest.fixture
def old(participant: Participant) -> RetrievedFile:
    return keeping_builders.kept_on(participant, OLD)


@pytest.fixture
def proposal(old: RetrievedFile, as_charlie: Acting) -> PurgeProposal:
    return purge_proposals.propose(BEFORE, as_charlie, clock.now())


def approve(user: User, reason: str = "", yes: bool = True) -> None:
    approvals.decide(Approval.objects.get(), user, yes, reason, clock.now())


def state(proposal: PurgeProposal) -> tuple[str, int]:
    proposal.refresh_from_db()
    return proposal.status, proposal.purged


def is_stored(row: RetrievedFile) -> bool:
    return keeping_builders.path_of(row).exists()


def test_a_proposal_counts_and_changes_nothing(
    proposal: PurgeProposal, old: RetrievedFile
) -> None:
    assert (proposal.files, proposal.bytes) == (1, old.size)
    assert len(proposal.list_sha256) == 64
    purges.run(proposal.pk)
    assert state(proposal) == (S.AWAITING, 0)
    assert is_stored(old)


def test_another_approves_and_the_record_stays(
    proposal: PurgeProposal, old: RetrievedFile, bob: User
) -> None:
    approve(bob)
    purges.run(proposal.pk)
    assert state(proposal) == (S.DONE, 1)
    assert not is_stored(old)
    sha256, name = old.sha256, old.name
    old.refresh_from_db()
    assert (old.sha256, old.name, old.stored_key) == (sha256, name, "")
    assert old.purged_at is not None


def test_who_proposed_it_does_not_approve_it(
    proposal: PurgeProposal, charlie: User
) -> None:
    charlie.memberships.update(is_approver=True)
    with pytest.raises(approvals.CannotDecide, match="asked for this yourself"):
        approve(charlie)


def test_each_step_is_in_the_activity(
    proposal: PurgeProposal, old: RetrievedFile, bob: User
) -> None:
    approve(bob)
    purges.run(proposal.pk)
    told = Activity.objects.filter(kind=Kind.RETENTION).order_by("seq")
    said = [one.description.split(" [")[0] for one in told]
    assert said == [
        "Propose to purge",
        "Approve to purge",
        "Purge a batch,",
        f"Purged 1 files, {old.size} bytes, all of",
    ]


def test_what_is_declined_stays(
    proposal: PurgeProposal, old: RetrievedFile, bob: User
) -> None:
    approve(bob, "A case is open", yes=False)
    purges.run(proposal.pk)
    assert state(proposal) == (S.DECLINED, 0)
    assert is_stored(old)


def test_what_nobody_decides_lapses(proposal: PurgeProposal) -> None:
    approvals.lapse_due(clock.now() + dt.timedelta(days=8))
    assert state(proposal) == (S.LAPSED, 0)


def test_who_proposed_it_takes_it_back(
    proposal: PurgeProposal, as_charlie: Acting
) -> None:
    purge_proposals.withdraw(proposal, as_charlie, clock.now())
    assert state(proposal) == (S.WITHDRAWN, 0)
    with pytest.raises(Refusal, match="decided meanwhile"):
        purge_proposals.withdraw(proposal, as_charlie, clock.now())


def test_one_at_a_time(proposal: PurgeProposal, as_charlie: Acting) -> None:
    with pytest.raises(Refusal, match="Another purge"):
        purge_proposals.propose(BEFORE, as_charlie, clock.now())


def test_nothing_to_purge_is_said(as_charlie: Acting) -> None:
    with pytest.raises(Refusal, match="Nothing that is in our store was kept before"):
        purge_proposals.propose(BEFORE, as_charlie, clock.now())


@pytest.mark.parametrize(
    ("today", "before", "is_old_enough"),
    [
        (dt.date(2026, 11, 21), dt.date(2019, 11, 21), True),
        (dt.date(2026, 11, 21), dt.date(2019, 11, 22), False),
        (dt.date(2028, 2, 29), dt.date(2021, 2, 28), True),
        (dt.date(2028, 2, 29), dt.date(2021, 3, 1), False),
        (dt.date(2027, 2, 28), dt.date(2020, 2, 29), False),
        (dt.date(2027, 3, 1), dt.date(2020, 3, 1), True),
    ],
)
def test_the_youngest_day_that_may_be_named(
    as_charlie: Acting,
    participant: Participant,
    today: dt.date,
    before: dt.date,
    is_old_enough: bool,
) -> None:
    """Just after midnight in Hong Kong, when UTC still has the day before."""
    keeping_builders.kept_on(participant, OLD)
    now = dt.datetime.combine(today, dt.time(0, 5), tzinfo=HONG_KONG)
    if is_old_enough:
        purge_proposals.propose(before, as_charlie, now)
    else:
        with pytest.raises(Refusal, match="at least 7 years"):
            purge_proposals.propose(before, as_charlie, now)
    assert PurgeProposal.objects.exists() == is_old_enough


def test_the_day_itself_is_not_in_it(participant: Participant) -> None:
    """What was kept in the last second of the day before is; UTC is not asked."""
    midnight = dt.datetime(2012, 2, 29, tzinfo=HONG_KONG)
    for at in (midnight - dt.timedelta(seconds=1), midnight):
        corner_builders.kept(participant, kept_at=at, seen_at=at)
    assert selectors.listed(participant, dt.date(2012, 2, 29)).files == 1
    assert selectors.listed(participant, dt.date(2012, 3, 1)).files == 2


def test_what_was_only_seen_or_is_anothers_is_not_in_it(
    participant: Participant, other_participant: Participant
) -> None:
    noon = dt.datetime(2012, 5, 7, 12, tzinfo=HONG_KONG)
    corner_builders.seen(participant, seen_at=noon)
    keeping_builders.kept_on(other_participant, OLD)
    assert selectors.listed(participant, BEFORE).files == 0


def test_a_list_that_changed_purges_nothing(
    proposal: PurgeProposal, old: RetrievedFile, participant: Participant, bob: User
) -> None:
    approve(bob)
    keeping_builders.kept_on(participant, OLD)
    purges.run(proposal.pk)
    assert state(proposal) == (S.STOPPED, 0)
    assert "not those that were approved" in proposal.sentence
    assert "was stopped" in Alert.objects.get().title
    assert is_stored(old)


def test_longer_years_since_the_approval_purge_nothing(
    proposal: PurgeProposal, old: RetrievedFile, bob: User, settings: Settings
) -> None:
    approve(bob)
    settings.RETENTION_YEARS = 30
    purges.run(proposal.pk)
    assert state(proposal) == (S.STOPPED, 0)
    assert is_stored(old)


@pytest.mark.parametrize("needs", ["received", "submitted", "uploaded"])
def test_a_content_that_something_else_needs_stays(
    needs: str,
    proposal: PurgeProposal,
    old: RetrievedFile,
    participant: Participant,
    alice: User,
    bob: User,
    ce_number: Identity,
) -> None:
    content = keeping_builders.path_of(old).read_bytes()
    if needs == "received":
        corner_builders.kept(participant, content=content)
    elif needs == "submitted":
        account = builders.account(participant)
        builders.submission(alice, account, ce_number, content=content)
    else:
        builders.upload(alice, ce_number, content, status=UploadStatus.COMPLETE)
    keeping_builders.age(old)
    approve(bob)
    purges.run(proposal.pk)
    assert state(proposal) == (S.DONE, 1)
    assert is_stored(old)


def test_what_was_stored_again_just_now_stays_for_a_day(
    proposal: PurgeProposal, old: RetrievedFile, participant: Participant, bob: User
) -> None:
    """Somebody's upload of the same bytes may have no row yet."""
    keeping_builders.age(old, days=0)
    approve(bob)
    purges.run(proposal.pk)
    assert is_stored(old)
    keeping_builders.age(old)
    purges.tick()
    assert not is_stored(old)
    assert RetrievedFile.objects.get(pk=old.pk).stored_key == ""


def test_a_received_content_is_not_an_uploads_to_delete(
    old: RetrievedFile, participant: Participant
) -> None:
    assert leftovers.is_wanted(participant.pk, old.stored_key)


def test_a_purge_goes_on_where_a_worker_died(
    participant: Participant,
    as_charlie: Acting,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purges, "AT_A_TIME", 2)
    rows = [keeping_builders.kept_on(participant, OLD) for _ in range(5)]
    proposal = purge_proposals.propose(BEFORE, as_charlie, clock.now())
    approve(bob)
    with monkeypatch.context() as dying:
        dying.setattr(purges, "clear", die_at(2))
        with pytest.raises(Died):
            purges.run(proposal.pk)
    assert state(proposal) == (S.APPROVED, 2)
    assert sum(map(is_stored, rows)) == 5
    purges.run(proposal.pk)  # the dead one's lease still holds
    assert state(proposal) == (S.APPROVED, 2)
    past = clock.real_now() - dt.timedelta(seconds=1)
    PurgeProposal.objects.update(lease_until=past)
    purges.run(proposal.pk)
    assert state(proposal) == (S.DONE, 5)
    assert sum(map(is_stored, rows)) == 0


class Died(BaseException):
    pass


def die_at(call: int) -> object:
    calls = iter(range(1, call + 1))

    def clear(participant: Participant) -> int:
        if next(calls) == call:
            raise Died
        return 0

    return clear


def test_a_long_purge_makes_room_for_visits(
    proposal: PurgeProposal, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purges, "STAY", -1.0)
    approve(bob)
    purges.run(proposal.pk)
    assert state(proposal) == (S.APPROVED, 1)
    assert proposal.lease_until is None
    purges.run(proposal.pk)
    assert state(proposal) == (S.DONE, 1)


def test_a_lost_lease_marks_nothing(
    proposal: PurgeProposal, old: RetrievedFile, bob: User
) -> None:
    approve(bob)
    stale = PurgeProposal.objects.get()
    stale.holder = uuid.uuid4()  # of a run whose lease another has by now
    assert not purges._mark(stale, [old.pk])
    old.refresh_from_db()
    assert old.purged_at is None

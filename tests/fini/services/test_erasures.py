"""An erasure: proposed, approved by another, carried out in parts, records kept."""

import datetime as dt
import uuid

import pytest
from pytest_django import Settings

from fini.models import Batch, EipoSubscription, Erasure, ErasureStatus
from fini.refusals import Refusal
from fini.selectors import people as found_people
from fini.services import erasure_proposals, erasures
from fini.states import BatchStatus, SubscriptionStatus
from portal import clock, wakeups
from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.exchange.hktime import HONG_KONG
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.fini import people_builders as people

BEFORE = dt.date(2026, 2, 1)
S = ErasureStatus


@pytest.fixture
def batch(participant: Participant) -> Batch:
    """Two records, long over."""
    made = people.batch(participant)
    people.record(made)
    people.record(made, people.TAM, status=SubscriptionStatus.REFUSED)
    return made


@pytest.fixture
def erasure(batch: Batch, as_charlie: Acting) -> Erasure:
    return propose(as_charlie)


def propose(acting: Acting, before: dt.date = BEFORE) -> Erasure:
    return erasure_proposals.propose(before, acting, clock.now())


def approve(user: User, reason: str = "", yes: bool = True) -> None:
    approvals.decide(Approval.objects.get(), user, yes, reason, clock.now())


def state(erasure: Erasure) -> tuple[str, int]:
    erasure.refresh_from_db()
    return erasure.status, erasure.erased


def with_person(batch: Batch) -> int:
    return batch.subscriptions.exclude(sealed_person=b"", number_hash=b"").count()


def is_erased(batch: Batch) -> bool:
    batch.refresh_from_db()
    return not with_person(batch) and not batch.sealed_file and bool(batch.purged_at)


def test_a_proposal_counts_and_changes_nothing(erasure: Erasure, batch: Batch) -> None:
    assert (erasure.batches, erasure.records) == (1, 2)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.AWAITING, 0)
    assert with_person(batch) == 2


def test_another_approves_and_the_records_stay(
    erasure: Erasure, batch: Batch, bob: User
) -> None:
    before = kept(batch)
    approve(bob)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.DONE, 2)
    assert is_erased(batch)
    assert kept(batch) == before


def kept(batch: Batch) -> list[tuple[object, ...]]:
    fields = ("own_ref", "record_id", "status", "quantity", "error_text")
    return list(batch.subscriptions.order_by("row").values_list(*fields))


def test_who_proposed_it_does_not_approve_it(erasure: Erasure, charlie: User) -> None:
    charlie.memberships.update(is_approver=True)
    with pytest.raises(approvals.CannotDecide, match="asked for this yourself"):
        approve(charlie)


def test_each_step_is_in_the_activity_and_nobody_s_name(
    erasure: Erasure, batch: Batch, bob: User
) -> None:
    approve(bob)
    erasures.run(erasure.pk)
    rows = Activity.objects.filter(kind=Kind.PERSONAL).order_by("seq")
    assert [row.description.split(" [")[0] for row in rows] == [
        "Propose to erase",
        "Approve to erase",
        "Erase the people of",
        "Erased 2 people, all of",
    ]
    assert rows[2].refs == {"erasure": str(erasure.pk), "batch": str(batch.pk)}


def test_what_is_declined_stays(erasure: Erasure, batch: Batch, bob: User) -> None:
    approve(bob, "A case is open", yes=False)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.DECLINED, 0)
    assert with_person(batch) == 2


def test_what_nobody_decides_lapses(erasure: Erasure) -> None:
    approvals.lapse_due(clock.now() + dt.timedelta(days=8))
    assert state(erasure) == (S.LAPSED, 0)


def test_who_proposed_it_takes_it_back(erasure: Erasure, as_charlie: Acting) -> None:
    erasure_proposals.withdraw(erasure, as_charlie, clock.now())
    assert state(erasure) == (S.WITHDRAWN, 0)
    with pytest.raises(Refusal, match="decided meanwhile"):
        erasure_proposals.withdraw(erasure, as_charlie, clock.now())


def test_one_at_a_time(erasure: Erasure, as_charlie: Acting) -> None:
    with pytest.raises(Refusal, match="Another erasure"):
        propose(as_charlie)


@pytest.mark.parametrize(
    "status",
    [
        SubscriptionStatus.QUEUED,
        SubscriptionStatus.SENT,
        SubscriptionStatus.UNCONFIRMED,
    ],
)
def test_what_is_under_way_is_left_alone(
    batch: Batch, as_charlie: Acting, status: SubscriptionStatus
) -> None:
    people.record(batch, status=status)
    with pytest.raises(Refusal, match="nothing under way"):
        propose(as_charlie)


@pytest.mark.parametrize(
    "status",
    [BatchStatus.CHECKED, BatchStatus.AWAITING_APPROVAL, BatchStatus.SENDING],
)
def test_a_batch_that_is_not_over_is_left_alone(
    batch: Batch, as_charlie: Acting, status: BatchStatus
) -> None:
    Batch.objects.update(status=status)
    with pytest.raises(Refusal, match="No batch that ended before"):
        propose(as_charlie)


def test_anothers_batches_are_left_alone(
    erasure: Erasure, other_participant: Participant, bob: User
) -> None:
    theirs = people.batch(other_participant)
    people.record(theirs)
    approve(bob)
    erasures.run(erasure.pk)
    assert with_person(theirs) == 1
    assert not is_erased(theirs)


@pytest.mark.parametrize(
    ("ended_at", "is_in_it"),
    [
        (dt.datetime(2026, 1, 31, 23, 59, 59, tzinfo=HONG_KONG), True),
        (dt.datetime(2026, 2, 1, tzinfo=HONG_KONG), False),
    ],
)
def test_the_day_is_hong_kongs_and_not_in_it(
    participant: Participant,
    as_charlie: Acting,
    ended_at: dt.datetime,
    is_in_it: bool,
) -> None:
    people.batch(participant, ended_at=ended_at)
    if is_in_it:
        assert propose(as_charlie).batches == 1
    else:
        with pytest.raises(Refusal, match="No batch that ended before"):
            propose(as_charlie)


def test_the_youngest_day_that_may_be_named(
    batch: Batch, as_charlie: Acting, settings: Settings
) -> None:
    settings.FINI_PERSONAL_DAYS = 30
    now = dt.datetime(2026, 3, 31, 0, 30, tzinfo=HONG_KONG)
    with pytest.raises(Refusal, match="Name 1 March 2026 or an earlier day"):
        erasure_proposals.propose(dt.date(2026, 3, 2), as_charlie, now)
    assert erasure_proposals.propose(dt.date(2026, 3, 1), as_charlie, now)


def test_a_batch_that_ended_meanwhile_stops_it(
    erasure: Erasure, batch: Batch, participant: Participant, bob: User
) -> None:
    approve(bob)
    late = people.batch(participant)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.STOPPED, 0)
    assert "not those that were approved" in erasure.sentence
    assert with_person(batch) == 2
    assert Batch.objects.get(pk=late.pk).erasure is None
    assert Alert.objects.get().kind == erasures.STOPPED


def test_a_batch_that_comes_later_is_not_in_it(
    erasure: Erasure,
    batch: Batch,
    participant: Participant,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(erasures, "STAY", -1.0)
    approve(bob)
    erasures.run(erasure.pk)
    late = people.batch(participant)
    people.record(late)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.DONE, 2)
    assert not is_erased(late)


def test_a_longer_time_to_keep_stops_it(
    erasure: Erasure, batch: Batch, bob: User, settings: Settings
) -> None:
    approve(bob)
    settings.FINI_PERSONAL_DAYS = 3650
    erasures.run(erasure.pk)
    assert state(erasure) == (S.STOPPED, 0)
    assert "has become longer" in erasure.sentence


def test_whoever_dies_on_the_way_is_followed(
    participant: Participant,
    as_charlie: Acting,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(erasures, "AT_A_TIME", 2)
    batch = people.batch(participant)
    for _ in range(5):
        people.record(batch)
    erasure = propose(as_charlie)
    approve(bob)
    with monkeypatch.context() as dying:
        dying.setattr(erasures, "_end", die)
        with pytest.raises(Died):
            erasures.run(erasure.pk)
    assert state(erasure) == (S.APPROVED, 4)
    assert with_person(batch) == 1
    erasures.run(erasure.pk)  # the dead one's lease still holds
    assert state(erasure) == (S.APPROVED, 4)
    past = clock.real_now() - dt.timedelta(seconds=1)
    Erasure.objects.update(lease_until=past)
    erasures.run(erasure.pk)
    assert state(erasure) == (S.DONE, 5)
    assert is_erased(batch)


class Died(BaseException):
    pass


def die(*_: object) -> None:
    raise Died


def test_a_lost_lease_erases_nothing(erasure: Erasure, batch: Batch, bob: User) -> None:
    approve(bob)
    stale = Erasure.objects.get()
    stale.holder = uuid.uuid4()  # of a run whose lease another has by now
    assert not erasures._erase_some(stale, batch)
    assert with_person(batch) == 2


def test_what_is_erased_is_found_by_no_search(
    erasure: Erasure, batch: Batch, participant: Participant, bob: User
) -> None:
    hashes = list(batch.subscriptions.values_list("number_hash", flat=True))
    approve(bob)
    erasures.run(erasure.pk)
    assert found_people.count(participant, map(bytes, hashes)) == 0
    line = found_people.masked(EipoSubscription.objects.all()[0], {})
    assert line.erased_at == Batch.objects.get().purged_at
    assert line.number == ""


def test_a_sweep_wakes_what_nobody_carries_out(
    erasure: Erasure, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(bob)
    woken: list[object] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append((name, pk)))
    erasures.tick()
    assert woken == [("fini-erase", erasure.pk)]

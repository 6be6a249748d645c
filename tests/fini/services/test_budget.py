"""FINI's limits: never above them in any 60 seconds, and nearly all of them used."""

import datetime as dt
import random
import threading
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fini.client import SEND_WITHIN
from fini.gateways import Gateway
from fini.models import GatewayCall, Profile
from fini.services import budget
from portal import clock
from portal.people.models import Participant
from tests.fini.profile_builders import company_id, profile

BEGIN = dt.datetime(2026, 3, 6, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ON_ITS_WAY = 1.0  # seconds from the first byte to the gateway, at most
PATH = "/api/ipos/list/v1"


def gateway(company: int = 0, machine: int = 0) -> Gateway:
    return Gateway(
        environment="sandbox",
        base_url="https://fini.example",
        audience="",
        ca_file=None,
        per_company=company,
        per_machine=machine,
    )


class Hand:
    """A machine clock that a test moves; counts what it was asked."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def take(self, of: Profile, limits: Gateway) -> GatewayCall | dt.timedelta:
        return budget.take(of, limits, PATH, self)


def most_within(times: list[dt.datetime], span: dt.timedelta) -> int:
    """In any window of that length, both ends counted."""
    ordered = sorted(times)
    counts, first = [0], 0
    for last, at in enumerate(ordered):
        while at - ordered[first] > span:
            first += 1
        counts.append(last - first + 1)
    return max(counts)


@pytest.fixture
def one(participant: Participant) -> Profile:
    return profile(participant)


@pytest.fixture
def other(one: Profile, other_participant: Participant) -> Profile:
    """Of the same company, with a machine of its own."""
    return profile(other_participant, machine_uuid=str(uuid.uuid4()))


def test_a_slot_is_a_row_with_its_moment(one: Profile) -> None:
    taken = Hand().take(one, gateway(machine=2))
    assert isinstance(taken, GatewayCall)
    kept = GatewayCall.objects.get()
    assert (kept.profile_id, kept.at, kept.path) == (one.pk, BEGIN, PATH)
    assert (kept.status, kept.milliseconds) == (None, None)


def test_when_all_slots_are_taken_one_waits_for_the_oldest(one: Profile) -> None:
    hand, limits = Hand(), gateway(machine=2)
    hand.take(one, limits)
    hand.move(10)
    hand.take(one, limits)
    hand.move(10)
    wait = hand.take(one, limits)
    assert isinstance(wait, dt.timedelta)
    assert wait == budget.WINDOW + budget.MARGIN - 20 * SECOND
    hand.move(wait.total_seconds())
    assert isinstance(hand.take(one, limits), GatewayCall)


def test_a_slot_that_was_refused_leaves_no_row(one: Profile) -> None:
    hand = Hand()
    hand.take(one, gateway(machine=1))
    hand.take(one, gateway(machine=1))
    assert GatewayCall.objects.count() == 1


def test_a_company_is_counted_over_all_its_machines(
    one: Profile, other: Profile
) -> None:
    hand, limits = Hand(), gateway(company=2, machine=5)
    hand.take(one, limits)
    hand.take(other, limits)
    assert isinstance(hand.take(one, limits), dt.timedelta)
    assert isinstance(hand.take(other, limits), dt.timedelta)


def test_a_machine_is_counted_for_itself(one: Profile, other: Profile) -> None:
    hand, limits = Hand(), gateway(company=5, machine=1)
    hand.take(one, limits)
    assert isinstance(hand.take(one, limits), dt.timedelta)
    assert isinstance(hand.take(other, limits), GatewayCall)


def test_another_company_is_not_counted(
    one: Profile, other_participant: Participant
) -> None:
    stranger = profile(
        other_participant, company_id=company_id(other_participant, "PEAK01")
    )
    hand, limits = Hand(), gateway(company=1)
    hand.take(one, limits)
    assert isinstance(hand.take(stranger, limits), GatewayCall)


def test_what_a_clock_that_was_set_back_left_behind_does_not_count(
    one: Profile,
) -> None:
    hand, limits = Hand(), gateway(machine=1)
    hand.move(3_600)
    hand.take(one, limits)
    hand.move(-3_600)
    assert isinstance(hand.take(one, limits), GatewayCall)


def test_a_worker_whose_clock_is_a_little_ahead_is_counted(one: Profile) -> None:
    hand, limits = Hand(), gateway(machine=1)
    hand.move(1)
    hand.take(one, limits)
    hand.move(-1)
    assert isinstance(hand.take(one, limits), dt.timedelta)


def test_the_moment_is_read_when_nobody_else_is_counting(one: Profile) -> None:
    """A wait for the lock would make the slot look older than it is."""
    inside: list[bool] = []

    def now() -> dt.datetime:
        inside.append(connection.in_atomic_block)
        return BEGIN

    with CaptureQueriesContext(connection) as queries:
        budget.take(one, gateway(machine=1), PATH, now)
    assert inside == [True]
    reads = [q["sql"] for q in queries if q["sql"].startswith("SELECT")]
    assert len(reads) == 2  # the profiles, and the call that fills the window


@pytest.mark.parametrize("limits", [gateway(machine=60), gateway(480, 60)])
def test_nearly_all_that_is_permitted_is_used(one: Profile, limits: Gateway) -> None:
    """Ten minutes of somebody who always wants the next."""
    hand, taken, ends = Hand(), 0, BEGIN + 600 * SECOND
    while hand.now < ends:
        got = hand.take(one, limits)
        if isinstance(got, dt.timedelta):
            hand.move(got.total_seconds())
        else:
            taken += 1
            hand.move(0.05)
    assert 0.95 * 600 <= taken <= 600 + 60


@settings(
    max_examples=10,
    phases=[Phase.generate],  # to shrink an hour of calls takes longer than to read it
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10_000),
    company=st.integers(1, 12),
    machine=st.integers(1, 8),
    thick=st.sampled_from([0.01, 0.3, 3.0]),
)
def test_no_60_seconds_ever_see_more_than_is_permitted(
    one: Profile,
    other: Profile,
    seed: int,
    company: int,
    machine: int,
    thick: float,
) -> None:
    """Two machines ask at any instants; each call arrives later than its slot, by as
    much as a request may wait and then be on its way."""
    GatewayCall.objects.all().delete()
    chance, hand, limits = random.Random(seed), Hand(), gateway(company, machine)
    latest = SEND_WITHIN + ON_ITS_WAY
    arrived: dict[uuid.UUID, list[dt.datetime]] = {one.pk: [], other.pk: []}
    for _ in range(80):
        asking = chance.choice([one, other])
        got = hand.take(asking, limits)
        if isinstance(got, dt.timedelta):
            hand.move(got.total_seconds() * chance.choice([0.5, 1.0, 1.0]))
            continue
        late = dt.timedelta(seconds=chance.uniform(0, latest - 0.001))
        arrived[asking.pk].append(hand.now + late)
        hand.move(chance.choice([0.0, thick, 10 * thick]))
    everything = [*arrived[one.pk], *arrived[other.pk]]
    assert everything
    assert most_within(everything, budget.WINDOW) <= company
    assert max(most_within(t, budget.WINDOW) for t in arrived.values()) <= machine


@pytest.mark.django_db(transaction=True)
def test_many_workers_together_take_no_more_than_there_are(
    participant: Participant, other_participant: Participant
) -> None:
    """Threads, each with its own connection to the real table."""
    pair = [
        profile(participant),
        profile(other_participant, machine_uuid=str(uuid.uuid4())),
    ]
    limits = gateway(company=25, machine=20)
    got: list[GatewayCall | dt.timedelta] = []

    def hammer(number: int) -> None:
        try:
            of = Profile.objects.select_related("company_id").get(
                pk=pair[number % 2].pk
            )
            got.extend(budget.take(of, limits, PATH, clock.real_now) for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=hammer, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 60
    assert sum(isinstance(one, GatewayCall) for one in got) == 25
    assert GatewayCall.objects.count() == 25


def test_how_a_call_went_is_written_to_its_slot(one: Profile) -> None:
    taken = Hand().take(one, gateway(machine=1))
    assert isinstance(taken, GatewayCall)
    budget.ended(taken.pk, 200, 41)
    taken.refresh_from_db()
    assert (taken.status, taken.milliseconds) == (200, 41)


def test_old_calls_are_pruned_a_little_at_a_time(
    one: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "PRUNED_AT_ONCE", 3)
    monkeypatch.setattr(budget, "PRUNINGS", 2)
    old = BEGIN - budget.KEPT - SECOND
    GatewayCall.objects.bulk_create(
        [GatewayCall(profile=one, at=at, path=PATH) for at in [old] * 7 + [BEGIN]]
    )
    assert [budget.prune(BEGIN) for _ in range(3)] == [6, 1, 0]
    assert [call.at for call in GatewayCall.objects.all()] == [BEGIN]

"""Workers that die, doubled wake-ups and leases: nothing is lost or sent twice."""

import datetime as dt

import pytest

from fini.calls import Call
from fini.models import FundingProposal, Profile, Sending
from fini.services.funding import claims, refreshing, sending, wakes
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from fini.wire.answers import Answer
from portal import clock, wakeups
from tests.fini.funding.builders import (
    Fini,
    due,
    run,
    settled,
    statuses,
)

pytestmark = pytest.mark.django_db
P, D, S = ProposalStatus, DecisionStatus, SendingStatus


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_while_it_sends_leaves_them_unconfirmed(
    queued: FundingProposal, fini: Fini, when: str
) -> None:
    def die(at: Fini, call: Call) -> Answer:
        if when == "after":
            at.confirm(call)
        raise Killed

    fini.faults.append(die)
    with pytest.raises(Killed):
        run(queued, fini)
    assert statuses(queued) == [D.SENT] * 5
    assert run(queued, fini).status == P.SENDING  # the lease has not run out
    FundingProposal.objects.update(lease_until=clock.real_now())
    assert statuses(run(queued, fini)) == [D.UNCONFIRMED] * 5
    settled(queued)
    assert statuses(run(queued, fini)) == [D.DONE] * 5
    assert len(fini.sent) == 1


def test_a_worker_that_dies_before_it_sends_loses_nothing(
    queued: FundingProposal, fini: Fini
) -> None:
    class Dying(Fini):
        def prepare(self, call: Call, request_id: str) -> Call:
            raise Killed

    with pytest.raises(Killed):
        run(queued, Dying(fini.entries))
    FundingProposal.objects.update(lease_until=None)
    Sending.objects.update(status=S.PREPARED)  # as a kill leaves it
    assert run(queued, fini).status == P.ENDED
    assert statuses(queued) == [D.DONE] * 5
    assert len(fini.sent) == 1


def test_a_worker_whose_lease_was_taken_sends_nothing(
    queued: FundingProposal, fini: Fini
) -> None:
    class Slow(Fini):
        def prepare(self, call: Call, request_id: str) -> Call:
            FundingProposal.objects.update(lease_until=clock.real_now())
            sending.run(queued.pk, fini.of)
            return call

    slow = Slow(fini.entries)
    run(queued, slow)
    assert slow.sent == []
    assert len(fini.sent) == 1
    assert statuses(queued) == [D.DONE] * 5


def test_the_sweep_wakes_what_nobody_sends(
    queued: FundingProposal,
    fini: Fini,
    profile: Profile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[tuple[str, object]] = []
    monkeypatch.setattr(wakeups, "wake", lambda *args: woken.append(args))
    row = due(profile)
    wakes.tick()
    assert set(woken) == {("fini-fund", queued.pk), ("fini-funding", row.pk)}
    woken.clear()
    claims.claimed(queued.pk)
    refreshing.run(row.pk, fini.of)
    wakes.tick()
    assert woken == []


def test_a_lease_that_ran_out_is_free_again(queued: FundingProposal) -> None:
    claims.claimed(queued.pk)
    now = clock.real_now()
    assert not claims.free(now).exists()
    assert claims.free(now + claims.LEASE + dt.timedelta(seconds=1)).exists()

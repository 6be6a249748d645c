"""Two people, or a person and a worker, at one batch at once: one comes first."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from fini.models import Batch, Profile, RecordDecision, RecordDecisionKind
from fini.refusals import Refusal
from fini.services import connections
from fini.services.sending import decisions, run
from portal import clock
from portal.approvals import services as approvals
from portal.people.guards import Acting
from portal.people.models import User
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient, answer

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Ms Lee of HKEX, by telephone at 15:10"
NAMELESS = {"ipoID": builders.IPO, "recordID": "8A", "ownRef": ""}


@pytest.fixture
def batch(profile: Profile) -> Batch:
    made = builders.batch(profile, 3)
    builders.undecided(made)
    return made


def ask(batch: Batch, acting: Acting, *rows: int) -> RecordDecision:
    kind, chosen = RecordDecisionKind.QUEUED, dict.fromkeys(rows, "")
    return decisions.ask(batch, acting, kind, REASON, chosen, clock.now())


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """What they were refused with."""
    barrier, refused = threading.Barrier(len(works)), list[Exception]()

    def work(one: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            one()
        except (Refusal, approvals.CannotDecide) as why:
            refused.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


def test_of_decisions_asked_for_at_once_one_waits(
    batch: Batch, as_alice: Acting
) -> None:
    refused = at_once(*[lambda row=row: ask(batch, as_alice, row) for row in (2, 3, 4)])
    assert len(refused) == 2
    assert RecordDecision.objects.count() == 1


def test_an_approval_and_a_worker_at_once_send_no_record_twice(
    batch: Batch,
    as_alice: Acting,
    bob: User,
    client: FakeClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever comes first: what is queued again is sent by one worker, once."""
    monkeypatch.setattr(connections, "client_of", lambda _: client)
    client.lists = [answer(NAMELESS)]
    approval = ask(batch, as_alice, 2, 3).approval
    assert approval is not None

    def approve() -> None:
        approvals.decide(approval, bob, True, "", clock.now())

    refused = at_once(approve, *[lambda: run.run(batch.pk)] * 3)
    if refused:  # the worker was first, and is gone by now
        approve()
    run.run(batch.pk)
    assert sorted(client.own_refs()) == ["B1-000002", "B1-000003"]
    assert builders.states(batch) == {"recorded": 2, "unconfirmed": 1}

"""Several workers on one account of RRS at once: what the exchange itself counted."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from keys import privatekeys
from keys.models import Login, Platform, SftpAccount
from keys.renewal_states import RenewalStatus
from keys.services.renewals import start_renewal
from portal import clock, wakeups
from portal.people.models import Identity, Participant
from sandbox.inthread import SandboxThread
from tests.sandbox import processes
from tests.sandbox.processes import Processes
from tests.sandbox.renewing import Keyed, at, state
from tests.sandbox.test_workers import eventually
from transfers.models import Visit
from transfers.visit.run import run

WORKERS, VISITS_EACH = 4, 3
MINUTES = (0, 2, 4, 6, 11)


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
    yield
    clock.move_to(0)


@pytest.fixture
def rrs(
    box: SandboxThread,
    transactional_db: None,
    ce_number: Identity,
    participant: Participant,
) -> Keyed:
    at(box, "2024-03-01 12:00")
    return Keyed(box, participant, Platform.RRS)


def ask(keyed: Keyed) -> None:
    """A login that has to be made, as soon as one may be."""
    SftpAccount.objects.filter(pk=keyed.account.pk).update(
        test_asked_at=clock.now(), visit_due_at=clock.real_now()
    )


def all_at_once(keyed: Keyed) -> None:
    def visits() -> None:
        try:
            for _ in range(VISITS_EACH):
                ask(keyed)
                run(keyed.account.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=visits) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def counted(keyed: Keyed) -> dict[str, Any]:
    """By the exchange."""
    found: dict[str, Any] = keyed.box.counters()["accounts"][keyed.account.login_id]
    return found


@pytest.mark.ledger("RRS-06/P")
def test_all_workers_together_make_four_logins_in_any_five_minutes(rrs: Keyed) -> None:
    for minute in MINUTES:
        at(rrs.box, f"2024-03-01 12:{minute:02}")
        all_at_once(rrs)
    found = counted(rrs)
    assert found["most_logins_in_five_minutes"] == 4
    assert found["logins"] == Login.objects.count() >= 8
    assert found["refused_logins"] == {}
    assert found["displaced"] == 0


@pytest.mark.ledger("RRS-06/P", "RAP-08/P")
def test_the_proof_of_a_new_key_counts_among_them_and_is_no_second_session(
    rrs: Keyed,
) -> None:
    renewal = start_renewal(rrs.account, clock.now())
    for minute in MINUTES:
        at(rrs.box, f"2024-03-01 12:{minute:02}")
        all_at_once(rrs)
    assert state(renewal) == RenewalStatus.PROVED
    found = counted(rrs)
    assert found["most_logins_in_five_minutes"] <= 4
    assert found["displaced"] == 0


@pytest.mark.slow
@pytest.mark.ledger("RRS-06/P")
def test_two_processes_of_workers_make_no_more_than_one(
    rrs: Keyed, tmp_path: Path
) -> None:
    with Processes(tmp_path) as running:
        for name in ("first", "second"):
            running.start(name, processes.worker("visits"))
        assert eventually(lambda: woken(rrs) and Login.objects.count() >= 4)
        for _ in range(30):
            woken(rrs)
            assert not eventually(lambda: Login.objects.count() > 4, within=0.1)
    found = counted(rrs)
    assert found["logins"] == found["most_logins_in_five_minutes"] == 4
    assert found["displaced"] == 0
    assert Visit.objects.count() == 4


def woken(keyed: Keyed) -> bool:
    ask(keyed)
    for _ in range(3):
        wakeups.wake("visit", keyed.account.pk)
    return True

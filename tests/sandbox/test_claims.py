"""A registration that was recorded and never made, at the live sandbox."""

from collections.abc import Iterator

import pytest

from keys import privatekeys
from keys.models import Platform, SftpAccount, SshKey
from keys.selectors.keys import current_key
from keys.services.pairs import make_key
from keys.services.registrations import record_registration
from portal import clock
from portal.people.models import Identity, Participant, User
from sandbox.inthread import SandboxThread
from tests.sandbox.renewing import Keyed, at
from tests.sandbox.rig import open_alerts
from tests.transfers.builders import acting
from transfers.models import Visit, VisitOutcome


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.move_to(0)


@pytest.fixture(params=list(Platform), ids=lambda p: p.value)
def keyed(
    request: pytest.FixtureRequest,
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> Keyed:
    """Its first key has logged in."""
    at(box, "2024-03-01 12:00")
    Participant.objects.update(approval_required=False)
    participant.refresh_from_db()
    made = Keyed(box, participant, request.param)
    logged_in(made)
    return made


@pytest.fixture
def new(keyed: Keyed, charlie: User, participant: Participant) -> SshKey:
    at(keyed.box, "2024-03-05 12:00")
    made = make_key(keyed.account, clock.now(), bits=2048)
    who = acting(charlie, participant)
    record_registration(made, clock.today(), who, clock.now())
    return made


def logged_in(keyed: Keyed) -> None:
    SftpAccount.objects.filter(pk=keyed.account.pk).update(test_asked_at=clock.now())
    keyed.visit()


def test_a_key_that_hkex_never_got_does_not_shut_the_account_out(
    keyed: Keyed, new: SshKey
) -> None:
    logged_in(keyed)
    assert open_alerts() == {"key-not-registered"}
    assert keyed.newest_login() == keyed.first.pk
    assert Visit.objects.order_by("-started_at")[0].outcome == VisitOutcome.DONE
    assert current_key(keyed.account) == keyed.first


def test_a_key_that_hkex_registered_replaces_the_old_by_its_login(
    keyed: Keyed, new: SshKey
) -> None:
    keyed.box.turn_key(login=keyed.account.login_id, action="revoke")
    keyed.box.turn_key(
        login=keyed.account.login_id, action="register", public_key=new.public_line
    )
    logged_in(keyed)
    assert open_alerts() == set()
    assert current_key(keyed.account) == new
    assert not keyed.lets_in(keyed.first)

"""Random histories of registrations and renewals with moved clocks: on every day our
timeline says of each key what the sandbox really does with its login."""

import datetime as dt
import random
from collections.abc import Iterator

import pytest

from keys import privatekeys
from keys.models import KeyRenewal, Platform, SshKey
from keys.refusals import Refusal
from keys.renewal_states import RenewalStatus
from keys.selectors.timelines import timeline_of
from keys.services import make_key, mark_registered
from keys.services.renewals import start_renewal
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Identity, Participant
from portal.tradingdays.selectors import calendar
from sandbox.inthread import SandboxThread
from tests.sandbox.renewing import Keyed, at

STEPS = 12
FIRST_DAY = dt.date(2018, 3, 1)  # the clock moves ten years either way
# Between two steps: the same day, the overlap's edges, months, beyond a key's life.
GAPS = (0, 1, 5, 13, 14, 15, 60, 200, 716, 731, 740)


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
    yield
    clock.move_to(0)


def noon(day: dt.date) -> str:
    """Of the next trading day: RAP and RRS are not tried on others."""
    trading = calendar(day, day)
    if not trading.is_trading_day(day):
        day = trading.next_trading_day(day)
    return f"{day} 12:00"


@pytest.mark.slow
@pytest.mark.ledger("ECP-43/P", "ECP-53/P", "RAP-13/P", "RAP-19")
@pytest.mark.parametrize("platform", list(Platform), ids=lambda p: p.value)
def test_our_timeline_is_what_the_sandbox_lets_in(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
    platform: Platform,
) -> None:
    chance = random.Random(f"{platform} history")
    at(box, noon(FIRST_DAY))
    keyed = Keyed(box, participant, platform)
    for _ in range(STEPS):
        ahead = dt.timedelta(chance.choice(GAPS))
        at(box, noon(clock.today() + ahead) if ahead else stamp())
        step(keyed)
        hold(keyed)


def stamp() -> str:
    """A little later on the same day: logins are counted within minutes."""
    later = clock.now().astimezone(HONG_KONG) + dt.timedelta(minutes=6)
    return f"{later:%Y-%m-%d %H:%M:%S}"


def step(keyed: Keyed) -> None:
    """Renew where a key works; else register, here and there."""
    keyed.box.reset_faults()
    try:
        renewal = start_renewal(keyed.account, clock.now(), overwrite=True)
    except Refusal:
        key = make_key(keyed.account, clock.now(), bits=2048)
        mark_registered(key, clock.today(), at=clock.now())
        login = keyed.account.login_id
        line = key.public_line
        keyed.box.turn_key(login=login, action="register", public_key=line)
        return
    keyed.visit()
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.PROVED


def hold(keyed: Keyed) -> None:
    known = timeline_of(keyed.account)
    day = clock.today()
    for key in SshKey.objects.filter(account=keyed.account).order_by("-created_at")[:4]:
        if KeyRenewal.objects.filter(key=key, status="rejected").exists():
            continue
        found = known.find(key.fingerprint_md5)
        works = found is not None and found.works_on(day)
        unlock(keyed)
        assert keyed.lets_in(key) == works, f"{key} on {day}"


def unlock(keyed: Keyed) -> None:
    """RRS counts these logins too: let the five minutes pass."""
    if keyed.platform == Platform.RRS:
        at(keyed.box, stamp())

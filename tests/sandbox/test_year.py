"""A year, and eight, with moved clocks: keys are renewed by policy, whatever goes
wrong on the way, and no day is without a key that works."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from keys import privatekeys
from keys.models import ExpiryNotice, ExpiryWarning, KeyRenewal, Platform
from keys.renewal_states import RenewalStatus
from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Identity, Participant
from sandbox.inthread import SandboxThread
from tests.sandbox.living import Living, counted, due_on
from tests.sandbox.renewing import Keyed, at
from tests.sandbox.rig import open_alerts

UNHARMED = {
    "refused": {},
    "displaced": 0,
    "key_uploads_blocked": 0,
    "locked_until": None,
    "key_uploads_accepted": 1,
    "key_uploads_rejected": 0,
}
REJECTED = {"kind": "reject", "code": "4007", "reason": "Not today", "times": 1}
LOST = {"kind": "none", "counts": True, "times": 1}
GOT_LOST = {"kind": "none", "counts": False, "times": 1}
A_WHILE = dt.timedelta(40)
R = RenewalStatus


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    settings.RESULT_DEADLINE_SECONDS = 4
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
    yield
    clock.move_to(0)


def registered(
    box: SandboxThread, participant: Participant, platform: Platform, day: str
) -> Keyed:
    at(box, f"{day} 12:00")
    return Keyed(box, participant, platform)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.ledger(
    "ECP-45/P", "ECP-52/P", "RAP-12/P", "RAP-15/P", "RRS-08/P", "RRS-09/P"
)
def test_in_a_year_of_renewals_no_day_is_without_a_working_key(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> None:
    ecp = registered(box, participant, Platform.ECP, "2023-04-10")
    rap = registered(box, participant, Platform.RAP, "2023-07-20")
    rrs = registered(box, participant, Platform.RRS, "2023-11-05")
    year = Living([ecp, rap, rrs], dt.date(2025, 1, 1), stride=7)

    box.faults(key_result=REJECTED)
    year.until(dt.date(2025, 5, 1))
    box.faults(key_result=LOST)
    year.until(due_on(rrs))
    year.outage(rrs)
    year.until(dt.date(2026, 1, 1))

    assert counted(ecp) == UNHARMED | {"key_uploads_rejected": 1}
    assert counted(rap) == UNHARMED
    assert counted(rrs) == UNHARMED
    assert statuses(ecp) == [R.REJECTED, R.PROVED]
    assert statuses(rap) == statuses(rrs) == [R.PROVED]
    assert told() == [60, 30] * 3
    assert alerts() == {
        "expiry": 3,
        "key-renewal-failed": 1,
        "key-renewal-unconfirmed": 1,
    }
    assert open_alerts() == set()
    assert ExpiryWarning.objects.exclude(differences=[]).count() == 0
    assert ExpiryWarning.objects.values("account").distinct().count() == 3


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("platform", list(Platform), ids=lambda p: p.value)
def test_four_renewals_in_a_row_each_survive_a_trouble(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
    platform: Platform,
) -> None:
    keyed = registered(box, participant, platform, "2018-03-01")
    years = Living([keyed], dt.date(2018, 3, 2), stride=300)
    for trouble in (REJECTED, LOST, GOT_LOST):
        box.faults(key_result=trouble)
        years.until(due_on(keyed) + A_WHILE)
    years.until(due_on(keyed))
    years.outage(keyed)
    years.until(due_on(keyed) + A_WHILE)

    found = counted(keyed)
    assert set(found.pop("refused")) == {"key"}  # that of the upload that got lost
    assert found == {
        "displaced": 0,
        "key_uploads_blocked": 0,
        "locked_until": None,
        "key_uploads_accepted": 5,
        "key_uploads_rejected": 1,
    }
    assert open_alerts() == set()
    assert not Alert.objects.filter(kind="key-drift").exists()


def statuses(keyed: Keyed) -> list[str]:
    """How the account's renewals ended, the first one first."""
    rows = KeyRenewal.objects.filter(account=keyed.account).order_by("created_at")
    return list(rows.values_list("status", flat=True))


def told() -> list[int]:
    """The days before an end at which somebody was told."""
    return list(ExpiryNotice.objects.order_by("told_on").values_list("days", flat=True))


def alerts() -> dict[str, int]:
    return dict(Counter(Alert.objects.values_list("kind", flat=True)))

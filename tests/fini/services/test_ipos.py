"""The IPO board, read from the sandbox's gateway over its real wire."""

import datetime as dt
from collections.abc import Iterator

import pytest

from fini.client import Client
from fini.errors import AnswerUnreadable, GatewayUnreachable
from fini.models import Ipo, Profile
from fini.refusals import Refusal
from fini.services import connections, ipos
from fini.services.connections import client_of
from fini.wire.answers import Answer, answer
from portal import clock
from portal.activity.models import Activity
from portal.people.models import Participant, User
from sandbox.inthread import SandboxThread
from tests.fini.profile_builders import DAY, acting, ready
from tests.fini.rig import known_to

pytestmark = pytest.mark.django_db
SEEDED = ["1234", "1235", "1236", "1237", "1238"]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def mine(box: SandboxThread, participant: Participant) -> Iterator[Profile]:
    yield known_to(box, participant)
    move(box, "1234", "25")  # as it was seeded


def move(box: SandboxThread, ipo_id: str, status: str) -> None:
    wanted = {"ipo_id": ipo_id, "status": status}
    box.call(lambda: box.exchange.gateway.set_status(wanted))


def refreshed(of: Profile, later: dt.timedelta = dt.timedelta(0)) -> str:
    return ipos.refresh(of, client_of(of), clock.now() + later)


def one(ipo_id: str = "1234") -> Ipo:
    return Ipo.objects.get(ipo_id=ipo_id)


@pytest.mark.ledger("FINI-17/P", "FINI-20/P", "FINI-21/P")
def test_every_ipo_comes_with_every_field_of_its_refdata(mine: Profile) -> None:
    assert refreshed(mine) == ""
    kept = one()
    assert list(Ipo.objects.order_by("ipo_id").values_list("ipo_id", flat=True)) == (
        SEEDED
    )
    assert (kept.stock_code, kept.isin, kept.status) == ("9988", "KYG017191142", "25")
    assert kept.reference["boardLot"] == "500"
    assert kept.reference["madeBy"] == "sandbox"


def test_a_change_is_kept_with_before_and_after_and_since_when(
    mine: Profile, box: SandboxThread
) -> None:
    refreshed(mine)
    move(box, "1234", "60")
    before = clock.now()
    refreshed(mine)
    kept = one()
    assert kept.changes == {"status": ["25", "60"]}
    assert kept.changed_at is not None
    assert kept.changed_at >= before
    row = Activity.objects.latest("seq")
    assert row.description.startswith("Find [1] of [5] IPOs changed")


def test_nothing_new_changes_nothing(mine: Profile) -> None:
    refreshed(mine)
    before = Activity.objects.count()
    refreshed(mine, MINUTE)
    assert one().changed_at is None
    assert Activity.objects.count() == before


def test_refdata_is_asked_for_anew_only_once_it_is_old(
    mine: Profile, box: SandboxThread
) -> None:
    def asked() -> int:
        calls = box.gateway_counters()["calls"]
        return int(sum(calls.get("/api/ipos/refdata/v1", {}).values()))

    refreshed(mine)
    before = asked()
    refreshed(mine, MINUTE)
    assert asked() == before
    refreshed(mine, 56 * MINUTE)
    assert asked() == before + len(SEEDED)


def test_an_ipo_that_is_listed_no_more_is_kept_and_marked(mine: Profile) -> None:
    refreshed(mine)
    Ipo.objects.filter(ipo_id="1238").update(ipo_id="9999")
    refreshed(mine)
    assert not one("9999").is_listed
    assert one("9999").reference["boardLot"] == "500"
    assert one("1238").is_listed


@pytest.mark.ledger("FINI-28/P")
def test_refdata_that_fails_leaves_the_list_and_is_said(
    mine: Profile, box: SandboxThread
) -> None:
    path = {"path": "*/refdata/*"}
    box.gateway_faults(answer={"kind": "other_shape", **path})
    assert "Reference data of some IPOs did not come" in refreshed(mine)
    assert Ipo.objects.count() == len(SEEDED)
    assert one().reference_at is None


@pytest.mark.parametrize("kind", ["not_json", "cut_json", "other_shape", "empty"])
def test_an_unreadable_list_changes_nothing(
    mine: Profile, box: SandboxThread, kind: str
) -> None:
    refreshed(mine)
    box.gateway_faults(answer={"kind": kind, "path": "*/ipos/list/*"})
    ipos.run(mine.pk)
    mine.refresh_from_db()
    assert mine.ipos_sentence
    assert Ipo.objects.filter(is_listed=True).count() == len(SEEDED)


class Lists:
    """A client that lists what it is told, and has no refdata."""

    def __init__(self, **fields: str) -> None:
        self.fields = fields

    def pages(self, ask: object) -> Iterator[Answer]:
        yield answer({"code": "0", "data": [{"ipoID": "1234", **self.fields}]})

    def read(self, call: object) -> Answer:
        return answer({"code": "0", "data": {}})


@pytest.mark.parametrize("ipo_id", ["1" * 41, "12\u202e34", "12\n34"])
def test_an_ipo_that_no_column_holds_makes_the_list_unreadable(
    participant: Participant, ipo_id: str
) -> None:
    with pytest.raises(AnswerUnreadable):
        ipos.refresh(ready(participant), Lists(ipoID=ipo_id), clock.now())  # type: ignore[arg-type]
    assert not Ipo.objects.exists()


def test_a_field_that_no_column_holds_is_cut(participant: Participant) -> None:
    """PostgreSQL refuses it, and the board would stay as it was without a word."""
    told = {"stkCode": "9" * 99, "isin": "H\u202eK", "status": "3" * 99}
    mine = ready(participant)
    for _ in range(2):
        ipos.refresh(mine, Lists(**told), clock.now())  # type: ignore[arg-type]
    kept = one()
    assert (kept.stock_code, kept.isin, kept.status) == ("9" * 40, "H?K", "3" * 40)
    assert kept.changes == {}


def test_a_company_without_the_entitlement_is_told_so(
    box: SandboxThread, participant: Participant
) -> None:
    made = known_to(box, participant, entitlements=["EU_finiPOSubAPI"])
    ipos.run(made.pk)
    made.refresh_from_db()
    assert "403" in made.ipos_sentence
    assert not Ipo.objects.exists()


def test_a_run_sets_the_next_time_before_it_asks(mine: Profile) -> None:
    ipos.run(mine.pk)
    mine.refresh_from_db()
    assert mine.ipos_next_at is not None
    assert mine.ipos_next_at > clock.real_now()
    assert mine.ipos_sentence == ""
    assert Ipo.objects.count() == len(SEEDED)


def test_a_gateway_that_was_not_reached_is_tried_again_soon(
    mine: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(of: Profile) -> Client:
        raise GatewayUnreachable("No connection.")

    monkeypatch.setattr(connections, "client_of", unreachable)
    ipos.run(mine.pk)
    mine.refresh_from_db()
    assert mine.ipos_sentence == "No connection."
    assert mine.ipos_next_at is not None
    assert mine.ipos_next_at <= clock.real_now() + ipos.UNREACHABLE


def test_a_key_registered_meanwhile_has_it_asked_again_at_once(
    mine: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(of: Profile) -> Client:
        Profile.objects.update(ipos_next_at=None)  # as `jwks.register` does
        raise GatewayUnreachable("No connection.")

    monkeypatch.setattr(connections, "client_of", unreachable)
    ipos.run(mine.pk)
    mine.refresh_from_db()
    assert mine.ipos_next_at is None


def test_a_doubled_message_asks_nothing(mine: Profile, box: SandboxThread) -> None:
    ipos.run(mine.pk)
    before = box.gateway_counters()["calls"]["/api/ipos/list/v1"]
    ipos.run(mine.pk)
    assert box.gateway_counters()["calls"]["/api/ipos/list/v1"] == before


def test_a_person_who_asks_does_not_wait_for_the_next_time(
    mine: Profile, charlie: User, participant: Participant
) -> None:
    later = clock.real_now() + DAY
    Profile.objects.update(ipos_next_at=later)
    ipos.ask(mine, acting(charlie, participant), clock.now())
    ipos.run(mine.pk)
    assert Ipo.objects.exists()
    mine.refresh_from_db()
    assert mine.ipos_asked_at is None


@pytest.mark.parametrize("fields", [{"is_enabled": False}, {"may_reference": False}])
def test_a_profile_that_may_not_ask_is_neither_asked_for_nor_woken(
    participant: Participant, charlie: User, fields: dict[str, bool]
) -> None:
    made = ready(participant)
    Profile.objects.update(**fields)
    made.refresh_from_db()
    with pytest.raises(Refusal, match="Nothing was asked"):
        ipos.ask(made, acting(charlie, participant), clock.now())
    assert ipos.wake_due() == 0


def test_only_what_is_due_is_woken(participant: Participant) -> None:
    ready(participant)
    assert ipos.wake_due() == 1
    Profile.objects.update(ipos_next_at=clock.real_now() + DAY)
    assert ipos.wake_due() == 0


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("07:00", "07:15"),
        ("19:59", "20:14"),
        ("20:00", "21:00"),
        ("03:00", "04:00"),
        ("06:30", "07:00"),
    ],
)
def test_by_day_every_15_minutes_by_night_every_hour(at: str, then: str) -> None:
    now = dt.datetime.fromisoformat(f"2026-03-02T{at}+08:00")
    expected = dt.datetime.fromisoformat(f"2026-03-02T{then}+08:00")
    assert ipos.next_refresh(now) == expected

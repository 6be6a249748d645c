"""Unconfirmed records and what FINI lists: what is proof, and what is none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from fini.errors import AnswerLost, GatewayUnreachable, TooManyCalls
from fini.models import Batch, Profile, Sending
from fini.services.leases import Held
from fini.services.listing import ListIncomplete
from fini.services.sending import arrays, looking_up, telling, unclear
from fini.states import Act, SendingStatus
from portal.alerts.models import Alert
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient, answer

pytestmark = pytest.mark.django_db(transaction=True)
Take = Callable[[Batch], Held]


def entry(own_ref: str, record_id: str = "7A", **fields: Any) -> dict[str, Any]:
    told = {"ipoID": builders.IPO, "firmID": builders.FIRM, "subFlowStatus": "3"}
    return {**told, "recordID": record_id, "ownRef": own_ref, **fields}


def lost(batch: Batch, lease: Held) -> list[str]:
    """All that is queued is unconfirmed; the references."""
    array = arrays.take(lease, batch)
    assert array is not None
    arrays.open_(lease, array)
    unclear.mark(lease, batch, array.sending, "No answer.")
    return [*batch.subscriptions.order_by("row").values_list("own_ref", flat=True)]


def test_what_is_listed_is_recorded_and_what_is_missing_queued_again(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 3)
    lease = held(batch)
    first, _, third = lost(batch, lease)
    client.lists = [answer(entry(first, "7A")), answer(entry(third, "9A"))]
    looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"recorded": 2, "queued": 1}
    ids = batch.subscriptions.order_by("row").values_list("record_id", flat=True)
    assert [*ids] == ["7A", "", "9A"]
    assert Sending.objects.get().status == SendingStatus.RESOLVED
    assert not Alert.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize(
    "pages",
    [
        [],
        [answer(totalSize=2)],
        [answer(), answer(code="500", message="Not so.")],
    ],
    ids=["nothing came", "fewer than told", "a page failed"],
)
def test_a_list_that_is_not_whole_changes_nothing(
    profile: Profile, client: FakeClient, held: Take, pages: list[Any]
) -> None:
    batch = builders.batch(profile, 2)
    lease = held(batch)
    lost(batch, lease)
    client.lists = pages
    with pytest.raises(ListIncomplete):
        looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"unconfirmed": 2}


@pytest.mark.parametrize("told", [{}, {"totalSize": 3}])
def test_a_list_that_moved_under_its_pages_proves_nothing(
    profile: Profile, client: FakeClient, held: Take, told: dict[str, Any]
) -> None:
    """One record came twice, and another in its place not at all."""
    batch = builders.batch(profile, 3)
    lease = held(batch)
    first, second, _ = lost(batch, lease)
    again = entry(second, "8A")
    client.lists = [answer(entry(first, "7A"), again, **told), answer(again, **told)]
    with pytest.raises(ListIncomplete):
        looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"unconfirmed": 3}


def test_a_query_that_breaks_changes_nothing(
    profile: Profile, held: Take, client: FakeClient
) -> None:
    batch = builders.batch(profile, 2)
    lease = held(batch)
    lost(batch, lease)

    class Breaking(FakeClient):
        def pages(self, ask: Any) -> Any:
            yield answer()
            raise AnswerLost("No answer.")

    with pytest.raises(AnswerLost):
        looking_up.resolve_due(lease, batch, Breaking())
    assert builders.states(batch) == {"unconfirmed": 2}


def test_before_its_time_nothing_is_asked(
    profile: Profile, client: FakeClient, held: Take, settings: Settings
) -> None:
    settings.FINI_QUERY_AFTER_SECONDS = 60
    batch = builders.batch(profile, 2)
    lease = held(batch)
    lost(batch, lease)
    looking_up.resolve_due(lease, batch, client)
    assert client.sent == []
    assert builders.states(batch) == {"unconfirmed": 2}
    assert looking_up.next_due(batch) is not None


def test_an_entry_without_a_reference_may_be_any_of_its_quantity(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 2)
    lease = held(batch)
    lost(batch, lease)
    quantity = batch.subscriptions.get(row=2).quantity
    client.lists = [answer(entry("", "7A", appQuantity=str(quantity)))]
    looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"unconfirmed": 1, "queued": 1}
    assert Sending.objects.get().status == SendingStatus.UNCONFIRMED


def test_a_reference_that_is_there_twice_is_told(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    (ref,) = lost(batch, lease)
    client.lists = [answer(entry(ref, "7A"), entry(ref, "8A"))]
    looking_up.resolve_due(lease, batch, client)
    alert = Alert.objects.get(resolved_at=None)
    assert (alert.kind, ref in alert.body) == ("fini-twice", True)
    assert builders.states(batch) == {"recorded": 1}


def test_a_record_that_another_row_has_is_not_taken_for_this_one(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    """A reference that was invalidated may be used again."""
    old, batch = builders.batch(profile, 1), builders.batch(profile, 1)
    lease = held(batch)
    (ref,) = lost(batch, lease)
    old.subscriptions.update(own_ref=ref, record_id="7A", status="invalidated")
    client.lists = [answer(entry(ref, "7A", subFlowStatus="4"))]
    looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"queued": 1}


class Killed(BaseException):
    """What no worker catches."""


def test_a_worker_that_ends_after_the_outcome_has_ended_its_target(
    profile: Profile, client: FakeClient, held: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invalidation is not looked at again, and so its record was left as it was."""
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    over = builders.acting(profile, first, Act.INVALIDATE)
    lease = held(over)
    (ref,) = lost(over, lease)
    client.lists = [answer(entry(ref, "7A", subFlowStatus="4"))]
    monkeypatch.setattr(telling, "tell", killed)
    with pytest.raises(Killed):
        looking_up.resolve_due(lease, over, client)
    assert builders.states(over) == {"recorded": 1}
    assert builders.states(first) == {"invalidated": 1}


def test_a_worker_that_ends_after_the_outcome_has_told_of_the_doubled_one(
    profile: Profile, client: FakeClient, held: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    (ref,) = lost(batch, lease)
    client.lists = [answer(entry(ref, "7A"), entry(ref, "8A"))]
    monkeypatch.setattr(telling, "tell", killed)
    with pytest.raises(Killed):
        looking_up.resolve_due(lease, batch, client)
    assert builders.states(batch) == {"recorded": 1}
    assert Alert.objects.filter(kind="fini-twice").exists()


def killed(*_: object) -> None:
    raise Killed


def test_many_that_are_unconfirmed_are_asked_about_in_bounded_statements(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    """A database takes so many values in one statement and no more."""
    batch = builders.batch(profile, 1_100)
    lease = held(batch)
    lost(batch, lease)
    lost(batch, lease)
    with CaptureQueriesContext(connection) as asked:
        client.lists = [answer()]
        looking_up.resolve_due(lease, batch, client)
    in_lists = [q["sql"].count("'B1-") for q in asked.captured_queries]
    assert max(in_lists) <= looking_up.A_WRITE
    assert builders.states(batch) == {"queued": 1_100}


@pytest.mark.parametrize(
    ("flow", "became", "target"),
    [("4", "recorded", "invalidated"), ("3", "queued", "recorded")],
)
def test_an_invalidation_is_judged_by_what_fini_has_of_its_record(
    profile: Profile,
    client: FakeClient,
    held: Take,
    flow: str,
    became: str,
    target: str,
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    over = builders.acting(profile, first, Act.INVALIDATE)
    lease = held(over)
    (ref,) = lost(over, lease)
    client.lists = [answer(entry(ref, "7A", subFlowStatus=flow))]
    looking_up.resolve_due(lease, over, client)
    assert builders.states(over) == {became: 1}
    assert builders.states(first) == {target: 1}


@pytest.mark.parametrize(("quantity", "became"), [("7", "recorded"), ("8", "queued")])
def test_a_change_has_happened_when_fini_has_what_it_was_to_become(
    profile: Profile, client: FakeClient, held: Take, quantity: str, became: str
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    change = builders.acting(profile, first, Act.CHANGE, quantity=7)
    lease = held(change)
    (ref,) = lost(change, lease)
    row = change.subscriptions.get()
    who = builders.person(row.row)
    person = {"idNum": who.number, "fullNameEng": who.name_english}
    person["fullNameChi"] = who.name_chinese
    client.lists = [answer(entry(ref, "7A", appQuantity=quantity, idList=[person]))]
    looking_up.resolve_due(lease, change, client)
    assert builders.states(change) == {became: 1}
    row.refresh_from_db()  # what is recorded may be changed once more
    assert row.record_id == ("7A" if became == "recorded" else "")


def test_a_change_whose_person_does_not_open_is_left_to_people(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    change = builders.acting(profile, first, Act.CHANGE, quantity=7)
    lease = held(change)
    (ref,) = lost(change, lease)
    change.subscriptions.update(sealed_person=b"")
    client.lists = [answer(entry(ref, "7A"))]
    assert looking_up.resolve_due(lease, change, client) is None
    assert builders.states(change) == {"unconfirmed": 1}
    assert Sending.objects.get().looked_up_at is not None


def test_on_what_a_whole_list_does_not_tell_people_may_decide(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    lost(batch, lease)
    client.lists = [answer(entry("", "7A"))]
    assert looking_up.resolve_due(lease, batch, client) is None
    sending = Sending.objects.get()
    assert (sending.status, len(sending.listed)) == (SendingStatus.UNCONFIRMED, 1)
    assert sending.looked_up_at is not None


def test_a_list_that_fails_three_times_in_a_row_leaves_it_to_people(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    lost(batch, lease)
    for batch.send_tries in range(looking_up.FAILED - 1):
        with pytest.raises(ListIncomplete):
            looking_up.resolve_due(lease, batch, client)
        assert Sending.objects.get().looked_up_at is None
    batch.send_tries += 1
    failed = looking_up.resolve_due(lease, batch, client)
    assert isinstance(failed, ListIncomplete)
    assert Sending.objects.get().looked_up_at is not None


def test_a_query_that_fini_never_answers_is_left_to_people_and_stops_the_batch(
    profile: Profile, held: Take
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    lost(batch, lease)
    batch.send_tries = looking_up.FAILED

    class Mute(FakeClient):
        def pages(self, ask: Any) -> Any:
            raise AnswerLost("No answer.")

    with pytest.raises(AnswerLost):
        looking_up.resolve_due(lease, batch, Mute())
    assert Sending.objects.get().looked_up_at is not None


def test_a_list_that_fails_forgets_nothing_of_an_earlier_one(
    profile: Profile, client: FakeClient, held: Take
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    lost(batch, lease)
    client.lists = [answer(entry("", "7A"))]
    looking_up.resolve_due(lease, batch, client)
    client.lists = []
    looking_up.resolve_due(lease, batch, client)
    assert len(Sending.objects.get().listed) == 1


@pytest.mark.parametrize(
    "error", [GatewayUnreachable("No."), TooManyCalls("No.", http_status=429)]
)
def test_what_never_asked_fini_leaves_nothing_to_people(
    profile: Profile, held: Take, error: Exception
) -> None:
    batch = builders.batch(profile, 1)
    lease = held(batch)
    lost(batch, lease)
    batch.send_tries = 9

    class Away(FakeClient):
        def pages(self, ask: Any) -> Any:
            raise error

    with pytest.raises(type(error)):
        looking_up.resolve_due(lease, batch, Away())
    assert Sending.objects.get().looked_up_at is None


def test_a_list_that_fails_keeps_no_other_ipo_from_being_asked(
    profile: Profile, held: Take
) -> None:
    batch = builders.batch(profile, 2)
    batch.subscriptions.filter(row=3).update(ipo_id="1235")
    lease = held(batch)
    _, second = lost(batch, lease)

    class Half(FakeClient):
        def pages(self, ask: Any) -> Any:
            if (ask("0").payload or {})["data"]["ipoID"] == builders.IPO:
                raise AnswerLost("No answer.")
            yield answer(entry(second, "7A"))

    with pytest.raises(AnswerLost):
        looking_up.resolve_due(lease, batch, Half())
    assert builders.states(batch) == {"unconfirmed": 1, "recorded": 1}

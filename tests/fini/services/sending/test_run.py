"""One worker, one batch: what is stored before a call, and after it."""

import datetime as dt
from collections.abc import Callable

import pytest

from fini.calls import Call
from fini.errors import (
    AnswerLost,
    CallRefused,
    GatewayUnreachable,
    PreparedTooLongAgo,
    TooManyCalls,
)
from fini.models import Batch, Profile, Sending
from fini.services import connections, leases
from fini.services.leases import Held, LeaseLost
from fini.services.sending import arrays, claims, closings, run, unclear
from fini.services.sending.run import Sender, in_turn
from fini.states import BatchStatus, SendingStatus
from fini.wire.answers import Answer
from portal import clock, stopping
from portal.activity.models import Activity
from portal.alerts.models import Alert
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient, recorded

C = SendingStatus
pytestmark = pytest.mark.django_db(transaction=True)
Send = Callable[[Batch], Held]


def raises(error: Exception) -> Callable[[Call], Answer]:
    def say(call: Call) -> Answer:
        raise error

    return say


def test_the_intent_is_committed_before_the_call(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch, seen = builders.batch(profile, 3), []
    client.before_send = lambda: seen.append(
        (Sending.objects.get().status, builders.states(batch))
    )
    send(batch)
    assert seen == [(C.OPENED, {"sent": 3})]
    sending = Sending.objects.get()
    assert (sending.status, len(sending.request_id)) == (C.ANSWERED, 32)


def test_a_batch_goes_in_arrays_of_a_thousand(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 2_100)
    send(batch)
    sizes = [len(call.payload["data"]) for call in client.sent]  # type: ignore[index,arg-type]
    assert sizes == [1000, 1000, 100]
    assert builders.states(batch) == {"recorded": 2100}
    assert len(set(client.own_refs())) == 2100
    assert client.made_ahead == [False, True, True]


def test_an_array_that_cannot_be_made_ahead_costs_no_other_its_outcome(
    profile: Profile,
    client: FakeClient,
    send: Send,
    held: Send,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = builders.batch(profile, 1_100)

    def fails(call: Call) -> Call:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr(client, "cover", fails)
        with pytest.raises(RuntimeError, match="a defect"):
            send(batch)
    assert builders.states(batch) == {"recorded": 1000, "sent": 100}
    Batch.objects.update(lease_until=None)
    unclear.recover_before(held(batch), batch)
    assert builders.states(batch) == {"recorded": 1000, "queued": 100}


def test_one_worker_at_a_time(profile: Profile, held: Send) -> None:
    batch = builders.batch(profile)
    held(batch)
    assert claims.claim(batch.pk) is None


def test_a_worker_that_lost_its_lease_writes_and_sends_nothing_more(
    profile: Profile, client: FakeClient, held: Send
) -> None:
    batch = builders.batch(profile, 3)
    lease = held(batch)
    Batch.objects.update(lease_until=None)
    held(batch)
    with in_turn() as line, pytest.raises(LeaseLost):
        Sender(lease, batch, client, line).send_all()
    assert client.sent == []
    assert builders.states(batch) == {"queued": 3}


def test_a_lost_answer_leaves_its_records_unconfirmed_and_the_next_unsent(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 1_500)
    client.says = raises(AnswerLost("No answer."))
    with pytest.raises(AnswerLost):
        send(batch)
    assert builders.states(batch) == {"unconfirmed": 1000, "queued": 500}
    assert len(client.sent) == 1
    statuses = {*Sending.objects.values_list("status", flat=True)}
    assert statuses == {C.UNCONFIRMED, C.DROPPED}


def test_what_never_left_is_queued_again(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 3)
    client.says = raises(GatewayUnreachable("No connection."))
    with pytest.raises(GatewayUnreachable):
        send(batch)
    assert builders.states(batch) == {"queued": 3}
    assert Sending.objects.get().status == C.DROPPED


def test_what_was_prepared_too_long_ago_is_prepared_anew(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch, late = builders.batch(profile, 3), [PreparedTooLongAgo("Late.")]

    def say(call: Call) -> Answer:
        if late:
            raise late.pop()
        return recorded(call)

    client.says = say
    send(batch)
    assert builders.states(batch) == {"recorded": 3}


def test_a_refusal_with_a_code_refuses_the_records(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 2)
    client.says = raises(
        CallRefused("No.", http_status=400, code="SBX900", message="No JSON")
    )
    send(batch)
    told = set(batch.subscriptions.values_list("status", "error_code", "error_text"))
    assert told == {("refused", "SBX900", "No JSON")}


def test_told_to_stop_it_ends_after_the_array_in_hand(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 2_100)
    client.before_send = stopping.stop
    try:
        send(batch)
    finally:
        stopping.start()
    assert builders.states(batch) == {"recorded": 1000, "queued": 1100}
    assert len(client.sent) == 1


def test_what_a_dead_worker_had_prepared_was_never_sent(
    profile: Profile, held: Send
) -> None:
    batch = builders.batch(profile, 3)
    lease = held(batch)
    arrays.take(lease, batch)
    unclear.recover_before(lease, batch)
    assert builders.states(batch) == {"queued": 3}
    assert Sending.objects.get().status == C.DROPPED


def test_what_a_dead_worker_had_opened_is_unconfirmed(
    profile: Profile, held: Send
) -> None:
    batch = builders.batch(profile, 3)
    lease = held(batch)
    array = arrays.take(lease, batch)
    assert array is not None
    arrays.open_(lease, array)
    unclear.recover_before(lease, batch)
    assert builders.states(batch) == {"unconfirmed": 3}
    assert Alert.objects.filter(kind="fini-unconfirmed", resolved_at=None).exists()


def test_a_batch_ends_with_one_alert_for_what_was_refused(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    batch = builders.batch(profile, 2)
    client.says = raises(CallRefused("No.", http_status=400, code="X", message="No"))
    closings.close(send(batch), batch)
    batch.refresh_from_db()
    assert (batch.status, batch.sentence) == (BatchStatus.ENDED, "")
    alert = Alert.objects.get(resolved_at=None)
    assert (alert.kind, "2 records refused" in alert.title) == ("fini-refused", True)


def test_what_was_refused_is_settled_once_a_later_batch_records_it(
    profile: Profile, client: FakeClient, send: Send
) -> None:
    first = builders.batch(profile, 2)
    client.says = raises(CallRefused("No.", http_status=400, code="X", message="No"))
    closings.close(send(first), first)
    client.says = recorded
    for row in (2, 3):
        assert Alert.objects.filter(kind="fini-refused", resolved_at=None).exists()
        mended = builders.batch(profile, 1)
        mended.subscriptions.update(own_ref=first.subscriptions.get(row=row).own_ref)
        closings.close(send(mended), mended)
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_what_waits_for_a_worker_is_found_without_a_message(
    profile: Profile, held: Send
) -> None:
    batch = builders.batch(profile)
    assert claims.wake_due() == 1
    lease = held(batch)
    assert claims.wake_due() == 0
    closings.put_off(lease, batch, "No connection.")
    lease.release()
    assert claims.wake_due() == 0
    Batch.objects.update(send_next_at=leases.later(-1))
    assert claims.wake_due() == 1


def test_held_up_for_long_it_tells_a_person_once(profile: Profile, held: Send) -> None:
    batch = builders.batch(profile)
    lease = held(batch)
    for _ in range(5):
        closings.put_off(lease, batch, "No connection.")
    batch.refresh_from_db()
    assert batch.status == BatchStatus.QUEUED
    assert Alert.objects.get(resolved_at=None).kind == "fini-held-up"
    closings.goes_well(batch)
    assert not Alert.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize(
    ("asked", "most"), [(False, closings.WAITS[0]), (True, closings.WAITS[-1])]
)
def test_what_fini_was_not_asked_about_does_not_wait_as_long_as_what_it_did_not_tell(
    profile: Profile, held: Send, asked: bool, most: int
) -> None:
    """What a dead worker left becomes due while the rest of the batch is sent."""
    batch, ended = builders.batch(profile, 2), clock.real_now() - dt.timedelta(hours=1)
    lease = held(batch)
    looked_up = ended if asked else None
    builders.undecided(batch, ended_at=ended, looked_up_at=looked_up)
    closings.close(lease, batch)
    batch.refresh_from_db()
    assert batch.send_next_at is not None
    wait = (batch.send_next_at - clock.real_now()).total_seconds()
    assert most - 5 < wait <= most


def test_however_long_fini_says_to_wait_it_is_asked_again_in_time(
    profile: Profile, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An IPO closes; a header of five digits must not keep a batch until tomorrow."""
    busy = TooManyCalls("Too many.", http_status=429)
    busy.retry_after = 99_999.0
    client.says = raises(busy)
    monkeypatch.setattr(connections, "client_of", lambda _: client)
    batch = builders.batch(profile, 1)
    run.run(batch.pk)
    batch.refresh_from_db()
    assert batch.send_next_at is not None
    wait = batch.send_next_at - clock.real_now()
    assert wait <= dt.timedelta(seconds=run.LONGEST_BUSY)
    assert builders.states(batch) == {"queued": 1}


def test_activity_tells_numbers_and_nobodys_name(
    profile: Profile, send: Send, client: FakeClient
) -> None:
    batch = builders.batch(profile, 3)
    closings.close(send(batch), batch)
    told = [*Activity.objects.values_list("description", flat=True)]
    assert told == [
        "Send [batch 1]: begun",
        "Send [3 records] of [batch 1] to FINI: 3 recorded, 0 refused",
        "Send [batch 1]: ended",
    ]

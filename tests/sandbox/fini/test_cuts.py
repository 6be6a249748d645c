"""The line is cut at every stage: each record is at the gateway once, or a person
knows that it is unconfirmed."""

from typing import Any

import pytest
from pytest_django import Settings

from fini.models import Sending
from fini.states import BatchStatus, SendingStatus
from tests.fini import sending_builders as builders
from tests.sandbox.fini.rig import Rig, open_alerts

ADD = "*/subscriptions/add/*"
QUERY = "*/subscriptions/query/*"
C = SendingStatus
UNCLEAR: dict[str, dict[str, Any]] = {
    "before the work": {"cut": {"stage": "before", "path": ADD, "times": 1}},
    "after the work": {"cut": {"stage": "after", "path": ADD, "times": 1}},
    "in the middle of the answer": {
        "cut": {"stage": "middle", "path": ADD, "times": 1}
    },
    "by a 503 that did nothing": {"status": {"code": 503, "path": ADD, "times": 1}},
    "by a 500 that did all": {
        "status": {"code": 500, "counts": True, "path": ADD, "times": 1}
    },
    "by no JSON": {"answer": {"kind": "not_json", "path": ADD, "times": 1}},
    "by half of a JSON": {"answer": {"kind": "cut_json", "path": ADD, "times": 1}},
    "by another shape": {"answer": {"kind": "other_shape", "path": ADD, "times": 1}},
    "by nothing": {"answer": {"kind": "empty", "path": ADD, "times": 1}},
    "by 40 MB": {
        "answer": {"kind": "huge", "bytes": 40_000_000, "path": ADD, "times": 1}
    },
}


def each_once(rig: Rig, records: int) -> bool:
    found = rig.there()
    return (found["total"], found["own_refs"], found["doubled"]) == (
        records,
        records,
        {},
    )


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(
    rig: Rig, fault: dict[str, Any]
) -> None:
    batch = rig.batch(1_200)
    rig.fault(**fault)
    assert rig.send(batch) == {"unconfirmed": 1000, "queued": 200}
    assert open_alerts() == {"fini-unconfirmed"}
    assert rig.send_until(lambda: batch.status == BatchStatus.ENDED, batch)
    assert builders.states(batch) == {"recorded": 1200}
    assert each_once(rig, 1200)
    assert open_alerts() == set()
    assert Sending.objects.filter(batch=batch, status=C.RESOLVED).count() == 1


def test_an_answer_that_was_lost_is_no_proof_before_its_time(
    rig: Rig, settings: Settings
) -> None:
    settings.FINI_QUERY_AFTER_SECONDS = 3600
    batch = rig.batch(3)
    rig.fault(cut={"stage": "before", "path": ADD, "times": 1})
    rig.send(batch)
    assert rig.send(batch) == {"unconfirmed": 3}
    assert QUERY.strip("*") not in str(rig.box.gateway_counters()["calls"])
    assert open_alerts() == {"fini-unconfirmed"}


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": {"stage": "after", "path": QUERY}},
        {"status": {"code": 500, "path": QUERY}},
        {"answer": {"kind": "cut_json", "path": QUERY}},
    ],
    ids=["cut", "500", "half"],
)
def test_a_query_that_fails_proves_nothing(
    rig: Rig, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fini.retries.PAUSES", (0.01,))
    batch = rig.batch(3)
    rig.fault(cut={"stage": "before", "path": ADD, "times": 1})
    rig.send(batch)
    rig.fault(**fault)
    rig.send_until(lambda: batch.send_tries > 2, batch)
    assert builders.states(batch) == {"unconfirmed": 3}
    rig.fault(cut=None, status=None, answer=None)
    assert rig.send_until(lambda: batch.status == BatchStatus.ENDED, batch)
    assert each_once(rig, 3)


def test_before_a_connection_nothing_is_unconfirmed(
    rig: Rig, settings: Settings
) -> None:
    told = settings.FINI_GATEWAYS
    settings.FINI_GATEWAYS = {
        "sandbox": {**told["sandbox"], "url": "https://127.0.0.1:1"}
    }
    batch = rig.batch(3)
    assert rig.send(batch) == {"queued": 3}
    assert batch.status == BatchStatus.QUEUED
    assert "It goes on by itself at" in batch.sentence
    settings.FINI_GATEWAYS = told
    assert rig.send(batch) == {"recorded": 3}
    assert each_once(rig, 3)


def test_a_429_puts_the_batch_off(rig: Rig) -> None:
    batch = rig.batch(3)
    rig.fault(status={"code": 429, "path": ADD, "times": 1})
    assert rig.send(batch) == {"queued": 3}
    assert batch.send_next_at is not None
    assert rig.send(batch) == {"recorded": 3}
    assert each_once(rig, 3)


def test_a_replaced_key_is_fetched_and_the_records_sent_once(rig: Rig) -> None:
    rig.send(rig.batch(1))
    batch = rig.batch(3)
    rig.box.call(rig.box.exchange.gateway.replace_key)
    assert rig.send(batch) == {"recorded": 3}
    statuses = Sending.objects.filter(batch=batch).order_by("prepared_at")
    assert [s.status for s in statuses] == [C.REFUSED, C.ANSWERED]
    assert each_once(rig, 4)


def test_a_refused_token_queues_the_records_again(rig: Rig) -> None:
    batch = rig.batch(3)
    rig.fault(refuse_tokens=True)
    assert rig.send(batch) == {"queued": 3}
    rig.fault(refuse_tokens=None)
    assert rig.send(batch) == {"recorded": 3}

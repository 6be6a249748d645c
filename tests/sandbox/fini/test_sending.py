"""Batches sent to the sandbox's gateway: what each record becomes."""

from fini.models import Sending
from fini.states import Act, BatchStatus, SendingStatus
from tests.fini import sending_builders as builders
from tests.sandbox.fini.rig import Rig, open_alerts


def test_every_record_of_a_batch_is_recorded_once(rig: Rig) -> None:
    batch = rig.batch(2_345)
    assert rig.send(batch) == {"recorded": 2_345}
    assert batch.status == BatchStatus.ENDED
    found = rig.there()
    assert (found["total"], found["own_refs"], found["doubled"]) == (2345, 2345, {})
    sendings = Sending.objects.filter(batch=batch)
    assert sorted(sendings.values_list("records", flat=True)) == [345, 1000, 1000]
    assert {s.status for s in sendings} == {SendingStatus.ANSWERED}


def test_a_record_that_fini_refuses_keeps_its_exception(rig: Rig) -> None:
    batch = rig.batch(3)
    ref = batch.subscriptions.get(row=3).own_ref
    rig.fault(record_errors={"ref": ref, "error_code": "SBX199", "message": "Not so."})
    assert rig.send(batch) == {"recorded": 2, "refused": 1}
    refused = batch.subscriptions.get(own_ref=ref)
    assert (refused.error_code, refused.error_text) == ("SBX199", "Not so.")
    assert open_alerts() == {"fini-refused"}


def test_a_change_ends_the_record_that_it_changes(rig: Rig) -> None:
    first = rig.batch(2)
    rig.send(first)
    change = builders.acting(rig.profile, first, Act.CHANGE, quantity=7)
    assert rig.send(change) == {"recorded": 2}
    assert builders.states(first) == {"changed": 2}
    there = rig.there(limit=5)
    assert there["total"] == 2
    assert {one["quantity"] for one in there["records"]} == {7}


def test_an_invalidation_ends_the_record_that_it_acts_on(rig: Rig) -> None:
    first = rig.batch(2)
    rig.send(first)
    over = builders.acting(rig.profile, first, Act.INVALIDATE)
    assert rig.send(over) == {"recorded": 2}
    assert builders.states(first) == {"invalidated": 2}
    assert rig.there()["invalidated"] == 2


def test_what_is_acted_on_must_be_recorded(rig: Rig) -> None:
    first = rig.batch(2)
    rig.send(first)
    over = builders.acting(rig.profile, first, Act.INVALIDATE)
    too_late = builders.acting(rig.profile, first, Act.CHANGE)
    rig.send(over)
    assert rig.send(too_late) == {"refused": 2}
    assert Sending.objects.filter(batch=too_late).count() == 0


def test_a_row_whose_person_does_not_open_keeps_no_other_back(rig: Rig) -> None:
    batch = rig.batch(3)
    batch.subscriptions.filter(row=3).update(sealed_person=b"damaged")
    assert rig.send(batch) == {"recorded": 2, "refused": 1}
    assert "cannot be opened" in batch.subscriptions.get(row=3).error_text
    assert rig.there()["total"] == 2

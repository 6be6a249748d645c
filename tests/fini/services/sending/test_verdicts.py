"""What an approved decision on unconfirmed records sets going."""

import datetime as dt

import pytest

from fini.calls import Call
from fini.errors import AnswerLost
from fini.models import (
    Batch,
    Profile,
    RecordDecision,
    RecordDecisionKind,
    Sending,
)
from fini.selectors import earlier
from fini.services import connections
from fini.services.sending import claims, decisions, run
from fini.states import Act, BatchStatus, SendingStatus
from fini.wire.answers import Answer
from portal import clock
from portal.activity.models import Activity
from portal.alerts.models import Alert
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.models import User
from tests.fini import batch_builders
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient, answer

pytestmark = pytest.mark.django_db(transaction=True)
K = RecordDecisionKind
REASON = "Ms Lee of HKEX, by telephone at 15:10"
NAMELESS = {"ipoID": builders.IPO, "recordID": "8A", "ownRef": ""}


@pytest.fixture
def worker(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    """What the worker's calls meet."""
    monkeypatch.setattr(connections, "client_of", lambda _: client)
    return client


def asked(batch: Batch, alice: User, kind: K, chosen: dict[int, str]) -> Approval:
    acting = batch_builders.acting(alice, batch.participant)
    made = decisions.ask(batch, acting, kind, REASON, chosen, clock.now())
    assert made.approval is not None
    return made.approval


def approve(approval: Approval, bob: User) -> None:
    approvals.decide(approval, bob, True, "", clock.now())


def open_alerts() -> set[str]:
    rows = Alert.objects.filter(resolved_at=None)
    return set(rows.values_list("kind", flat=True))


def test_what_fini_has_is_recorded_and_the_batch_ends(
    batch: Batch, alice: User, bob: User
) -> None:
    approve(asked(batch, alice, K.RECORDED, {2: "7A", 3: "8A"}), bob)
    rows = batch.subscriptions.order_by("row")
    told = rows.values_list("status", "record_id", "error_text")
    assert [*told] == [("recorded", "7A", ""), ("recorded", "8A", "")]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ENDED
    assert (batch.holder, batch.lease_until) == (None, None)
    assert Sending.objects.get().status == SendingStatus.RESOLVED
    assert RecordDecision.objects.get().effective_at is not None
    assert open_alerts() == set()


def test_activity_says_who_approved_it(batch: Batch, alice: User, bob: User) -> None:
    approve(asked(batch, alice, K.RECORDED, {2: "7A", 3: "8A"}), bob)
    told = Activity.objects.get(description__startswith="Approve the decision")
    assert (told.user, told.refs["batch"]) == (bob, str(batch.pk))


def test_what_fini_does_not_have_is_never_sent_again(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    approve(asked(batch, alice, K.ABANDONED, {2: "", 3: ""}), bob)
    run.run(batch.pk)
    assert builders.states(batch) == {"abandoned": 2}
    assert worker.sent == []
    row = batch.subscriptions.get(row=2)
    assert row.error_text.startswith("FINI does not have it, alice and bob have said")
    batch.refresh_from_db()
    assert (batch.status, open_alerts()) == (BatchStatus.ENDED, set())


def test_an_abandoned_records_own_reference_is_free_again(
    profile: Profile, batch: Batch, alice: User, bob: User
) -> None:
    approve(asked(batch, alice, K.ABANDONED, {2: ""}), bob)
    later = builders.batch(profile, 0)
    found = earlier.own_refs(later, batch.subscriptions.values("own_ref"))
    assert found == {"B1-000003": 1}


def test_what_may_be_sent_again_is_sent_once_and_after_the_approval_only(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    worker.lists = [answer(NAMELESS)]
    approval = asked(batch, alice, K.QUEUED, {2: "", 3: ""})
    run.run(batch.pk)
    assert worker.own_refs() == []
    approve(approval, bob)
    assert builders.states(batch) == {"queued": 2}
    assert claims.wake_due() == 1
    run.run(batch.pk)
    run.run(batch.pk)
    assert worker.own_refs() == ["B1-000002", "B1-000003"]
    assert builders.states(batch) == {"recorded": 2}
    batch.refresh_from_db()
    assert (batch.status, open_alerts()) == (BatchStatus.ENDED, set())


def test_a_list_that_fails_for_good_keeps_nothing_from_being_sent_again(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    """The other record stays unconfirmed, and FINI is asked about it in vain."""
    approve(asked(batch, alice, K.QUEUED, {2: ""}), bob)
    worker.lists = []  # not whole
    run.run(batch.pk)
    assert worker.own_refs() == ["B1-000002"]
    assert builders.states(batch) == {"recorded": 1, "unconfirmed": 1}


def test_lost_once_more_it_is_for_fini_to_tell_again(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    def lost(call: Call) -> Answer:
        raise AnswerLost("No answer.")

    approve(asked(batch, alice, K.QUEUED, {2: "", 3: ""}), bob)
    worker.says = lost
    run.run(batch.pk)
    assert builders.states(batch) == {"unconfirmed": 2}
    assert Sending.objects.latest("prepared_at").looked_up_at is None
    assert "fini-unconfirmed" in open_alerts()


@pytest.mark.parametrize(
    ("act", "target"), [(Act.INVALIDATE, "invalidated"), (Act.CHANGE, "changed")]
)
def test_what_an_act_ends_has_ended_with_it(
    profile: Profile, alice: User, bob: User, act: Act, target: str
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    over = builders.acting(profile, first, act)
    builders.undecided(over)
    approve(asked(over, alice, K.RECORDED, {2: ""}), bob)
    assert builders.states(over) == {"recorded": 1}
    assert builders.states(first) == {target: 1}


@pytest.mark.parametrize("kind", [K.ABANDONED, K.QUEUED])
def test_an_act_that_fini_does_not_have_ends_nothing(
    profile: Profile, alice: User, bob: User, kind: K
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    over = builders.acting(profile, first, Act.INVALIDATE)
    builders.undecided(over)
    approve(asked(over, alice, kind, {2: ""}), bob)
    assert builders.states(first) == {"recorded": 1}


def test_of_a_part_the_rest_stays_unconfirmed_with_its_alert(
    batch: Batch, alice: User, bob: User
) -> None:
    approve(asked(batch, alice, K.RECORDED, {3: "8A"}), bob)
    assert builders.states(batch) == {"recorded": 1, "unconfirmed": 1}
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SENDING
    assert batch.send_next_at is not None
    assert "1 record unconfirmed" in batch.sentence
    assert Sending.objects.get().status == SendingStatus.UNCONFIRMED
    assert open_alerts() == {"fini-unconfirmed"}


def test_declined_or_lapsed_they_stay_as_they_are(
    batch: Batch, alice: User, bob: User
) -> None:
    declined = asked(batch, alice, K.QUEUED, {2: "", 3: ""})
    approvals.decide(declined, bob, False, "Ask HKEX first", clock.now())
    asked(batch, alice, K.QUEUED, {2: "", 3: ""})
    approvals.lapse_due(clock.now() + dt.timedelta(days=2))
    assert builders.states(batch) == {"unconfirmed": 2}
    assert open_alerts() == {"fini-unconfirmed"}
    assert not Approval.objects.filter(status=ApprovalStatus.PENDING).exists()


def test_who_asked_does_not_approve(batch: Batch, alice: User) -> None:
    alice.memberships.update(is_approver=True)
    approval = asked(batch, alice, K.QUEUED, {2: ""})
    with pytest.raises(approvals.CannotDecide, match="asked for this yourself"):
        approve(approval, alice)
    assert builders.states(batch) == {"unconfirmed": 2}


@pytest.mark.parametrize("is_approved", [True, False])
@pytest.mark.parametrize("reason", ["It is A123456(3)", "Chan Tai Man has two"])
def test_the_second_persons_reason_names_nobody_either(
    batch: Batch, alice: User, bob: User, is_approved: bool, reason: str
) -> None:
    approval = asked(batch, alice, K.ABANDONED, {2: ""})
    with pytest.raises(approvals.CannotDecide, match="names one of these people"):
        approvals.decide(approval, bob, is_approved, reason, clock.now())
    assert approval.status == ApprovalStatus.PENDING
    assert not Activity.objects.filter(description__contains=reason).exists()
    assert builders.states(batch) == {"unconfirmed": 2}


def test_while_a_worker_is_at_the_batch_nothing_is_approved(
    batch: Batch, alice: User, bob: User
) -> None:
    approval = asked(batch, alice, K.QUEUED, {2: ""})
    held = claims.claim(batch.pk)
    assert held is not None
    with pytest.raises(approvals.CannotDecide, match="worker is at this batch"):
        approve(approval, bob)
    held.hold()  # it is the worker's still
    held.release()
    approve(approval, bob)
    assert builders.states(batch) == {"queued": 1, "unconfirmed": 1}


def test_what_fini_tells_first_goes_before_what_people_say(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    """A finding for one of the records takes the whole decision back."""
    approval = asked(batch, alice, K.QUEUED, {2: "", 3: ""})
    entry = {**NAMELESS, "ownRef": "B1-000002", "appQuantity": "1002"}
    worker.lists = [answer(entry, {**NAMELESS, "recordID": "9A"})]
    run.run(batch.pk)
    with pytest.raises(approvals.CannotDecide, match="was withdrawn"):
        approve(approval, bob)
    assert builders.states(batch) == {"recorded": 1, "unconfirmed": 1}
    assert worker.own_refs() == []
    told = Activity.objects.filter(description__startswith="Withdraw the decision")
    assert told.exists()


def test_a_record_that_moved_before_the_worker_said_so_loses_the_decision(
    batch: Batch, alice: User, bob: User
) -> None:
    """A worker may end between its finding and taking the decision back."""
    approval = asked(batch, alice, K.QUEUED, {2: "", 3: ""})
    batch.subscriptions.filter(row=3).update(status="recorded", record_id="8A")
    with pytest.raises(approvals.CannotDecide, match="unconfirmed no longer"):
        approve(approval, bob)
    assert builders.states(batch) == {"recorded": 1, "unconfirmed": 1}
    batch.refresh_from_db()
    assert batch.lease_until is None


def test_a_look_that_tells_nothing_new_leaves_the_decision(
    batch: Batch, alice: User, bob: User, worker: FakeClient
) -> None:
    approval = asked(batch, alice, K.ABANDONED, {2: "", 3: ""})
    worker.lists = [answer(NAMELESS)]
    run.run(batch.pk)
    approve(approval, bob)
    assert builders.states(batch) == {"abandoned": 2}


def test_a_record_id_that_became_anothers_is_not_given_twice(
    profile: Profile, batch: Batch, alice: User, bob: User
) -> None:
    approval = asked(batch, alice, K.RECORDED, {2: "7A"})
    other = builders.batch(profile, 1)
    other.subscriptions.update(status="recorded", record_id="7A")
    with pytest.raises(approvals.CannotDecide, match="7A is another record’s"):
        approve(approval, bob)
    assert builders.states(batch) == {"unconfirmed": 2}


@pytest.mark.parametrize(
    "changed", [{"reason": "None."}, {"kind": K.QUEUED}, {"records": {"3": ""}}]
)
def test_the_approval_binds_what_was_seen(
    batch: Batch, alice: User, bob: User, changed: dict[str, object]
) -> None:
    approval = asked(batch, alice, K.ABANDONED, {2: ""})
    RecordDecision.objects.update(**changed)
    with pytest.raises(approvals.CannotDecide, match="has changed since"):
        approve(approval, bob)
    assert builders.states(batch) == {"unconfirmed": 2}

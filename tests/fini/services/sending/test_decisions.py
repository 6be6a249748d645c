"""What a person may say of records of which FINI's list does not tell."""

import pytest

from fini import persons
from fini.models import (
    Batch,
    EipoSubscription,
    Profile,
    RecordDecision,
    RecordDecisionKind,
    Sending,
)
from fini.persons import Person
from fini.refusals import Refusal
from fini.services import leases
from fini.services.sending import claims, decisions
from fini.states import Act
from portal import clock
from portal.activity.models import Activity
from portal.approvals.models import Approval
from portal.people.guards import Acting
from tests.fini import sending_builders as builders

pytestmark = pytest.mark.django_db
K = RecordDecisionKind
REASON = "Ms Lee of HKEX, by telephone at 15:10"


def ask(
    batch: Batch,
    acting: Acting,
    kind: K = K.ABANDONED,
    chosen: dict[int, str] | None = None,
    reason: str = REASON,
) -> RecordDecision:
    rows = {2: ""} if chosen is None else chosen
    return decisions.ask(batch, acting, kind, reason, rows, clock.now())


def test_a_second_person_is_asked_even_where_batches_need_none(
    batch: Batch, as_alice: Acting
) -> None:
    as_alice.participant.approval_required = False
    as_alice.participant.save()
    decision = ask(batch, as_alice, K.QUEUED, {2: "", 3: ""})
    assert builders.states(batch) == {"unconfirmed": 2}
    assert decision.effective_at is None
    asked = Approval.objects.get()
    assert asked == decision.approval
    assert "send it again] on [2 records] of [batch 1]" in asked.subject


def test_activity_tells_the_reason(batch: Batch, as_alice: Acting) -> None:
    ask(batch, as_alice)
    told = Activity.objects.get(description__startswith="Ask for the decision")
    assert f"reason [{REASON}]" in told.description
    assert (told.user, told.endpoint) == (as_alice.user, "Web")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("  ", "needs its reason"), ("It is A123456(3)", "an identity number")],
)
def test_a_reason_is_needed_and_names_nobody(
    batch: Batch, as_alice: Acting, reason: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        ask(batch, as_alice, reason=reason)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    "reason",
    [
        "Ms Lee found no Chan  Tai Man",
        "Ms Lee found no 陳大文",
        "no passport K 0000-123",
    ],
)
def test_a_reason_names_none_of_the_people_whom_it_is_about(
    batch: Batch, as_alice: Acting, reason: str
) -> None:
    """It goes into Activity, which nobody can erase."""
    row = batch.subscriptions.get(row=2)
    passport = Person("4", "GBR", "K0000123", "CHAN TAI MAN", "陳大文")
    row.sealed_person = persons.seal_person(row.pk, passport)
    row.save()
    with pytest.raises(Refusal, match="names one of these people"):
        ask(batch, as_alice, reason=reason)
    assert not Activity.objects.filter(description__contains=reason).exists()
    assert not RecordDecision.objects.exists()


def test_a_decision_is_of_chosen_records(batch: Batch, as_alice: Acting) -> None:
    with pytest.raises(Refusal, match="No record is chosen"):
        ask(batch, as_alice, chosen={})


def test_before_fini_was_asked_nobody_decides(batch: Batch, as_alice: Acting) -> None:
    Sending.objects.update(looked_up_at=None)
    with pytest.raises(Refusal, match="unconfirmed no longer, or FINI is to be asked"):
        ask(batch, as_alice)


@pytest.mark.parametrize("status", ["recorded", "queued", "refused"])
def test_what_is_unconfirmed_no_longer_is_not_decided(
    batch: Batch, as_alice: Acting, status: str
) -> None:
    batch.subscriptions.filter(row=3).update(status=status)
    with pytest.raises(Refusal, match="unconfirmed no longer"):
        ask(batch, as_alice, chosen={2: "", 3: ""})


def test_only_one_decision_waits_at_a_time(batch: Batch, as_alice: Acting) -> None:
    ask(batch, as_alice)
    with pytest.raises(Refusal, match="waiting for its approver already"):
        ask(batch, as_alice, chosen={3: ""})
    assert Approval.objects.count() == 1


def test_while_a_worker_is_at_the_batch_nobody_decides(
    batch: Batch, as_alice: Acting
) -> None:
    held = claims.claim(batch.pk)
    assert held is not None
    with pytest.raises(Refusal, match="worker is at this batch"):
        ask(batch, as_alice)
    held.release()
    ask(batch, as_alice)


def test_a_dead_workers_lease_keeps_nobody_from_deciding(
    batch: Batch, as_alice: Acting
) -> None:
    claims.claim(batch.pk)
    Batch.objects.update(lease_until=leases.later(-1))
    assert ask(batch, as_alice).approval is not None


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({2: ""}, "The record ID of B1-000002 is missing"),
        ({2: "7A", 3: "7A"}, "The record ID 7A is another record’s"),
        ({2: "9A"}, "The record ID 9A is another record’s"),
        ({2: "a1234563"}, "The record ID of B1-000002 looks like an identity number"),
    ],
    ids=["missing", "twice", "another's", "a person's"],
)
def test_fini_has_it_under_a_record_id_of_its_own(
    profile: Profile,
    batch: Batch,
    as_alice: Acting,
    chosen: dict[int, str],
    sentence: str,
) -> None:
    other = builders.batch(profile, 1)
    other.subscriptions.update(status="invalidated", record_id="9A")
    with pytest.raises(Refusal, match=sentence):
        ask(batch, as_alice, K.RECORDED, chosen)
    assert not RecordDecision.objects.exists()


def test_what_acts_on_a_record_is_recorded_under_its_record_id(
    profile: Profile, as_alice: Acting
) -> None:
    first = builders.batch(profile, 1)
    first.subscriptions.update(status="recorded", record_id="7A")
    over = builders.acting(profile, first, Act.INVALIDATE)
    builders.undecided(over)
    assert ask(over, as_alice, K.RECORDED).records == {"2": "7A"}


def test_a_row_of_another_batch_is_none_of_it(
    profile: Profile, batch: Batch, as_alice: Acting
) -> None:
    other = builders.batch(profile, 3)
    builders.undecided(other)
    assert EipoSubscription.objects.filter(row=4).exists()
    with pytest.raises(Refusal):
        ask(batch, as_alice, chosen={4: ""})

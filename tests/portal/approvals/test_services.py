"""Who may decide what, until when, and what is written down of it."""

import datetime as dt
import uuid

import pytest

from portal.activity.models import Activity, Kind, Status
from portal.approvals import services
from portal.approvals.models import Approval, ApprovalStatus
from portal.approvals.services import CannotDecide, CannotRequest, decide
from portal.people.models import Participant, User
from tests.conftest import person
from tests.portal.approvals.conftest import LATER, NOW, Thing, ask

pytestmark = pytest.mark.django_db


def latest() -> Activity:
    return Activity.objects.order_by("-seq")[0]


def test_an_approver_approves_what_another_asked_for(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = decide(ask(participant, alice), bob, True, "", NOW)
    assert (approval.status, approval.decided_by) == (ApprovalStatus.APPROVED, bob)
    assert thing.done == ["approved"]


def test_the_decision_is_an_activity(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    decide(ask(participant, alice), bob, True, "", NOW)
    row = latest()
    assert (row.kind, row.status, row.user) == (Kind.APPROVAL, Status.SUCCESSFUL, bob)
    assert row.description == ("Approve [HBCNMAPP] submission SUB-2024-000417 of alice")
    assert row.topics == ["approvals"]


def test_the_request_is_an_activity_too(
    participant: Participant, alice: User, thing: Thing
) -> None:
    ask(participant, alice)
    assert latest().description.startswith("Request approval of [HBCNMAPP]")
    assert latest().status == Status.PENDING


def test_a_decline_gives_its_reason(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    decide(ask(participant, alice), bob, False, " wrong day ", NOW)
    assert thing.done == ["declined: wrong day"]
    assert latest().description.endswith("of alice, reason [wrong day]")


def test_a_decline_without_a_reason_is_refused(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    with pytest.raises(CannotDecide, match="without a reason"):
        decide(approval, bob, False, "  ", NOW)
    assert Approval.objects.get().status == ApprovalStatus.PENDING


def test_nobody_approves_a_request_of_their_own(
    participant: Participant, bob: User, thing: Thing
) -> None:
    with pytest.raises(CannotDecide, match="asked for this yourself"):
        decide(ask(participant, bob), bob, True, "", NOW)
    assert thing.done == []


def test_who_is_no_approver_there_cannot_decide(
    participant: Participant, alice: User, charlie: User, mallory: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    for user in (charlie, mallory):
        with pytest.raises(CannotDecide, match="not an approver here"):
            decide(approval, user, True, "", NOW)


@pytest.mark.parametrize("off", ["membership", "user"])
def test_an_approver_who_was_just_switched_off_cannot_decide(
    participant: Participant, alice: User, bob: User, thing: Thing, off: str
) -> None:
    bob.memberships.update(is_active=off != "membership")
    User.objects.filter(pk=bob.pk).update(is_active=off != "user")
    with pytest.raises(CannotDecide, match="not an approver here"):
        decide(ask(participant, alice), bob, True, "", NOW)


def test_the_site_s_requests_are_decided_by_another_site_admin(
    alice: User, bob: User, charlie: User, thing: Thing
) -> None:
    User.objects.filter(pk=bob.pk).update(is_site_admin=True)
    approval = ask(None, alice)
    with pytest.raises(CannotDecide, match="not an approver here"):
        decide(approval, charlie, True, "", NOW)
    assert decide(approval, bob, True, "", NOW).status == ApprovalStatus.APPROVED


def test_the_second_of_two_approvers_learns_who_was_first(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    erin = person("erin", participant, is_approver=True)
    approval = ask(participant, alice)
    stale = Approval.objects.get()
    decide(approval, bob, True, "", NOW)
    with pytest.raises(CannotDecide, match="was approved by bob at 15:00"):
        decide(stale, erin, False, "no", NOW)
    assert thing.done == ["approved"]


def test_after_its_time_nobody_decides(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    with pytest.raises(CannotDecide, match="time to decide was over at 16:00"):
        decide(approval, bob, True, "", LATER)


def test_what_changed_since_it_was_asked_is_not_approved(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    thing.payload = "b" * 64
    with pytest.raises(CannotDecide, match="has changed since"):
        decide(approval, bob, True, "", NOW)
    assert approval.status == ApprovalStatus.PENDING
    assert Approval.objects.get().status == ApprovalStatus.PENDING
    assert thing.done == []


def test_a_thing_has_one_pending_request(
    participant: Participant, alice: User, thing: Thing
) -> None:
    pk = uuid.uuid4()
    ask(participant, alice, pk=pk)
    with pytest.raises(CannotRequest, match="asked for approval of this already"):
        ask(participant, alice, pk=pk)


def test_a_request_whose_time_is_over_is_not_made(
    participant: Participant, alice: User, thing: Thing
) -> None:
    with pytest.raises(CannotRequest, match="time in which this could be approved"):
        ask(participant, alice, expires_at=NOW)


def test_the_requester_withdraws_and_nobody_else(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    with pytest.raises(CannotDecide, match="Another person asked"):
        services.withdraw(approval, NOW, bob)
    services.withdraw(approval, NOW, alice)
    assert Approval.objects.get().status == ApprovalStatus.WITHDRAWN
    assert latest().description.startswith("Withdraw [HBCNMAPP]")


def test_what_is_decided_is_not_withdrawn(
    participant: Participant, alice: User, bob: User, thing: Thing
) -> None:
    approval = ask(participant, alice)
    decide(approval, bob, True, "", NOW)
    with pytest.raises(CannotDecide, match="was approved by bob"):
        services.withdraw(approval, NOW, alice)


def test_the_sweep_lapses_what_is_over_and_nothing_else(
    participant: Participant, alice: User, thing: Thing
) -> None:
    over = ask(participant, alice)
    ask(participant, alice, expires_at=LATER + dt.timedelta(seconds=1))
    assert services.lapse_due(LATER) == 1
    over.refresh_from_db()
    assert over.status == ApprovalStatus.LAPSED
    assert thing.done == ["lapsed"]
    assert (latest().status, latest().user) == (Status.WARNING, None)
    assert services.lapse_due(LATER) == 0


def test_a_defect_in_one_kind_keeps_no_other_from_lapsing(
    participant: Participant,
    alice: User,
    thing: Thing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = ask(participant, alice)
    Approval.objects.filter(pk=broken.pk).update(kind="unknown")
    ask(participant, alice)
    assert services.lapse_due(LATER) == 1
    assert "cannot lapse" in caplog.text
    broken.refresh_from_db()
    assert broken.status == ApprovalStatus.PENDING


@pytest.mark.parametrize("approve", [True, False])
def test_what_has_its_own_page_is_decided_nowhere_else(
    participant: Participant, alice: User, bob: User, own_page: Thing, approve: bool
) -> None:
    approval = ask(participant, alice)
    with pytest.raises(CannotDecide, match="decided on its own page"):
        decide(approval, bob, approve, "because", NOW)
    assert own_page.done == []
    assert Approval.objects.get().status == ApprovalStatus.PENDING


def test_its_own_page_decides_it(
    participant: Participant, alice: User, bob: User, own_page: Thing
) -> None:
    decide(ask(participant, alice), bob, True, "", NOW, on_own_page=True)
    assert own_page.done == ["approved"]


def test_its_own_page_takes_nobody_s_own_request_either(
    participant: Participant, bob: User, own_page: Thing
) -> None:
    with pytest.raises(CannotDecide, match="asked for this yourself"):
        decide(ask(participant, bob), bob, True, "", NOW, on_own_page=True)

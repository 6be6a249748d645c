"""FINI's list beside ours: what differs, and what cannot be told."""

from typing import Any

import pytest

from fini.models import EipoSubscription, Profile, Reconciliation
from fini.refusals import Refusal
from fini.services import comparing, reconcile
from fini.services.comparing import Compared
from fini.services.listing import ListIncomplete
from fini.states import Act
from portal.people.models import Participant, User
from tests.fini import sending_builders as builders
from tests.fini.services.sending.fakes import FakeClient, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(participant: Participant) -> Profile:
    return builders.profile(participant)


def entry(row: int, **fields: Any) -> dict[str, Any]:
    """As the record of this row in batch 1."""
    told = {"recordID": f"R{row}", "ownRef": f"B1-{row:06}", "ipoID": builders.IPO}
    quantity = {"appQuantity": str(1000 + row), "subFlowStatus": "3"}
    return {**told, **quantity, **fields}


def there(profile: Profile, records: int) -> None:
    """Batch 1, recorded."""
    batch = builders.batch(profile, records)
    for row in batch.subscriptions.all():
        row.status, row.record_id = "recorded", f"R{row.row}"
        row.save()


def compared(profile: Profile, user: User, *entries: dict[str, Any]) -> Compared:
    client = FakeClient()
    client.lists = [answer(*entries)]
    return comparing.compare(builders.reconciliation(profile, user), client)


def test_what_is_alike_is_counted(profile: Profile, alice: User) -> None:
    there(profile, 2)
    found = compared(profile, alice, entry(2), entry(3))
    assert found.totals == {
        **{"ours": 2, "theirs": 2, "alike": 2},
        **{"only_ours": 0, "only_theirs": 0, "differing": 0, "doubled": 0},
    }


def test_each_kind_of_difference_is_listed(profile: Profile, alice: User) -> None:
    there(profile, 3)
    found = compared(
        *(profile, alice, entry(2, appQuantity="9"), entry(3)),
        entry(3, recordID="R33"),
        entry(9),
    )
    told = {
        kind: [one["own_ref"] for one in rows]
        for kind, rows in found.differences.items()
    }
    assert told == {
        "differing": ["B1-000002"],
        "doubled": ["B1-000003"],
        "only_theirs": ["B1-000009"],
        "only_ours": ["B1-000004"],
    }
    assert found.differences["differing"][0]["what"] == ["quantity"]


def test_an_invalidated_record_should_be_so_at_fini(
    profile: Profile, alice: User
) -> None:
    there(profile, 1)
    profile.batches.get().subscriptions.update(status="invalidated")
    assert compared(profile, alice, entry(2, subFlowStatus="4")).totals["alike"] == 1
    found = compared(profile, alice, entry(2, subFlowStatus="3"))
    assert found.differences["differing"][0]["what"] == ["status"]


def test_a_change_stands_for_what_it_changed(profile: Profile, alice: User) -> None:
    there(profile, 1)
    first = profile.batches.get()
    change = builders.acting(profile, first, Act.CHANGE, quantity=7)
    change.subscriptions.update(status="recorded")
    first.subscriptions.update(status="changed")
    found = compared(profile, alice, entry(2, appQuantity="7"))
    assert (found.totals["ours"], found.totals["alike"]) == (1, 1)


def test_of_two_records_that_have_one_record_id_fini_lacks_one(
    profile: Profile, alice: User
) -> None:
    """Two people took one's record for the other's, and FINI has told since."""
    there(profile, 3)
    EipoSubscription.objects.filter(row=2).update(record_id="R3")
    found = compared(profile, alice, entry(3), entry(4))
    assert (found.totals["ours"], found.totals["only_ours"]) == (3, 1)
    (told,) = found.differences["only_ours"]
    assert told["record_id"] == "R3"


def test_what_is_unconfirmed_here_and_listed_there_is_told(
    profile: Profile, alice: User
) -> None:
    there(profile, 1)
    profile.batches.get().subscriptions.update(status="unconfirmed", record_id="")
    found = compared(profile, alice, entry(2))
    assert found.differences["differing"][0]["what"] == ["status"]


def test_nothing_of_a_person_is_kept(profile: Profile, alice: User) -> None:
    found = compared(profile, alice, entry(9, idList=[{"idNum": "A123456(3)"}]))
    assert "A123456" not in str(found.differences)


def test_half_a_list_proves_nothing(profile: Profile, alice: User) -> None:
    client = FakeClient()
    client.lists = [answer(entry(2), totalSize=2)]
    with pytest.raises(ListIncomplete):
        comparing.compare(builders.reconciliation(profile, alice), client)


def test_differences_are_bounded(profile: Profile, alice: User) -> None:
    entries = [entry(row) for row in range(comparing.MOST_LISTED + 5)]
    found = compared(profile, alice, *entries)
    assert found.totals["only_theirs"] == len(entries)
    assert len(found.differences["only_theirs"]) == comparing.MOST_LISTED


def test_one_under_way_is_not_asked_for_again(profile: Profile, alice: User) -> None:
    first = reconcile.ask(profile, builders.IPO, alice)
    assert reconcile.ask(profile, builders.IPO, alice) == first
    assert reconcile.wake_due() == 1


def test_why_it_could_not_be_made_is_kept(profile: Profile, alice: User) -> None:
    row = reconcile.ask(profile, builders.IPO, alice)
    Profile.objects.update(is_enabled=False)
    reconcile.run(row.pk)
    row = Reconciliation.objects.get()
    assert "switched off" in row.sentence
    assert row.ended_at is not None


def test_no_ipo_is_refused(profile: Profile, alice: User) -> None:
    with pytest.raises(Refusal):
        reconcile.ask(profile, "", alice)

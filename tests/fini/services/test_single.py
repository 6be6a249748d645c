"""One record by form: a batch of one, checked as a file's rows are."""

import pytest

from fini import persons
from fini.batches.columns import Column
from fini.models import Batch, EipoSubscription, Origin
from fini.persons import Person
from fini.refusals import Refusal
from fini.services import single
from fini.states import Act, BatchStatus, SubscriptionStatus
from portal import clock
from portal.people.models import Participant, User
from tests.fini import batch_builders as b

S = SubscriptionStatus
CELLS = dict(zip(Column, b.LINE, strict=True))


def test_a_record_is_a_checked_batch_of_one(
    alice: User, participant: Participant
) -> None:
    profile, as_alice = b.profile(participant), b.acting(alice, participant)
    batch = single.add(profile, CELLS, as_alice, clock.now())
    (record,) = b.records(batch)
    assert (batch.status, batch.origin) == (BatchStatus.CHECKED, Origin.FORM)
    assert (batch.act, batch.totals["fit"]) == (Act.ADD, 1)
    assert len(batch.records_sha256) == 64
    assert (record.own_ref, record.status) == ("CL-1", S.DRAFTED)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({Column.QUANTITY: "0"}, "appQuantity"),
        ({Column.IPO_ID: "9999"}, "ipoID"),
        ({Column.NAME_ENGLISH: "=HYPERLINK(1)"}, "fullNameEng"),
        ({Column.ID_TYPE: "77"}, "idType"),
        ({Column.OWN_REF: "CL-7"}, "ownRef"),
    ],
)
def test_a_record_with_a_problem_leaves_nothing(
    changed: dict[Column, str], column: str, alice: User, participant: Participant
) -> None:
    profile, as_alice = b.profile(participant), b.acting(alice, participant)
    b.checked(alice, profile, b.line("CL-7"))
    with pytest.raises(single.Unfit) as unfit:
        single.add(profile, CELLS | changed, as_alice, clock.now())
    assert [p.column for p in unfit.value.problems] == [column]
    assert Batch.objects.count() == 1


def test_a_change_keeps_what_is_left_empty(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line("CL-1", idNum="P1"))
    batch = single.change(
        target,
        {Column.QUANTITY: "3000", Column.NAME_ENGLISH: "CHAN TAI MING"},
        b.acting(alice, participant),
        clock.now(),
    )
    (record,) = b.records(batch)
    assert (batch.act, record.target) == (Act.CHANGE, target)
    assert (record.own_ref, record.quantity) == ("CL-1", 3000)
    assert persons.open_person(record.pk, bytes(record.sealed_person)) == Person(
        "8", "HKG", "P1", "CHAN TAI MING", "陳大文"
    )


def test_a_change_never_moves_the_own_reference_or_the_ipo(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line("CL-1"))
    cells = {Column.OWN_REF: "CL-2", Column.IPO_ID: "1235", Column.QUANTITY: "7"}
    batch = single.change(target, cells, b.acting(alice, participant), clock.now())
    (record,) = b.records(batch)
    assert (record.own_ref, record.ipo_id) == ("CL-1", "1234")


@pytest.mark.parametrize("cells", [{}, {Column.QUANTITY: "1000 "}])
def test_a_change_of_nothing_is_not_made(
    cells: dict[Column, str], alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant), b.line(appQuantity="1000"))
    with pytest.raises(Refusal, match="is what the record has"):
        single.change(target, cells, b.acting(alice, participant), clock.now())
    assert not Batch.objects.filter(act=Act.CHANGE).exists()


def test_a_record_that_was_invalidated_is_not_acted_on_again(
    alice: User, participant: Participant
) -> None:
    """Neither is the row that did it, which FINI recorded as well."""
    as_alice = b.acting(alice, participant)
    target = b.recorded(alice, b.profile(participant))
    (done,) = b.records(b.ended(single.invalidate(target, as_alice, clock.now())))
    with pytest.raises(Refusal, match="no such record"):
        single.invalidate(done, as_alice, clock.now())


def test_an_erased_person_must_be_typed_whole(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant))
    EipoSubscription.objects.update(sealed_person=b"")
    target.refresh_from_db()
    as_alice = b.acting(alice, participant)
    with pytest.raises(Refusal, match="are erased"):
        single.change(target, {Column.QUANTITY: "1"}, as_alice, clock.now())
    person = {column: CELLS[column] for column in single.PERSON}
    single.change(target, person, as_alice, clock.now())


def test_an_invalidation_holds_no_person(alice: User, participant: Participant) -> None:
    target = b.recorded(alice, b.profile(participant))
    batch = single.invalidate(target, b.acting(alice, participant), clock.now())
    (record,) = b.records(batch)
    assert (batch.act, record.target) == (Act.INVALIDATE, target)
    assert bytes(record.sealed_person) == b""
    assert b.again(batch).totals["ipos"] == {"1234": [1, 1000]}


def test_one_act_at_a_time_on_a_record_that_fini_has(
    alice: User, participant: Participant
) -> None:
    target = b.recorded(alice, b.profile(participant))
    as_alice = b.acting(alice, participant)
    single.invalidate(target, as_alice, clock.now())
    with pytest.raises(Refusal, match="under way"):
        single.change(target, {Column.QUANTITY: "1"}, as_alice, clock.now())
    EipoSubscription.objects.filter(pk=target.pk).update(status=S.INVALIDATED)
    with pytest.raises(Refusal, match="no such record"):
        single.invalidate(target, as_alice, clock.now())


def test_the_digest_names_the_record_that_is_acted_on(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    as_alice, digests = b.acting(alice, participant), set()
    for record_id in ("1A", "2A"):
        target = b.recorded(alice, profile, b.line("CL-1", idNum="P1"))
        EipoSubscription.objects.filter(pk=target.pk).update(record_id=record_id)
        target.refresh_from_db()
        batch = single.invalidate(target, as_alice, clock.now())
        digests.add(batch.records_sha256)
        EipoSubscription.objects.update(status=S.WITHDRAWN)
    assert len(digests) == 2

"""Every row of a batch is stored sealed, told in a table, twice the same as once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fini import persons
from fini.models import Batch, BatchProblem, EipoSubscription
from fini.persons import Person, number_hash
from fini.services import checked_rows, reading
from fini.states import BatchStatus, SubscriptionStatus
from portal.people.models import Participant, User
from tests.fini import batch_builders as b

S = SubscriptionStatus


def problems(batch: Batch) -> list[tuple[int, str, str]]:
    rows = BatchProblem.objects.filter(batch=batch).order_by("row", "column")
    return list(rows.values_list("row", "column", "weight"))


def test_a_fit_row_is_a_drafted_record_with_its_person_sealed(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(
        alice,
        b.profile(participant),
        b.line("CL-1", idType="1", idNum="A123456(3)", appQuantity="2000"),
    )
    (record,) = b.records(batch)
    assert batch.status == BatchStatus.CHECKED
    assert (record.row, record.own_ref, record.status) == (2, "CL-1", S.DRAFTED)
    assert (record.ipo_id, record.firm_id, record.quantity) == ("1234", "00000", 2000)
    assert persons.open_person(record.pk, bytes(record.sealed_person)) == Person(
        "1", "HKG", "A123456(3)", "CHAN TAI MAN", "陳大文"
    )
    assert bytes(record.number_hash) == number_hash("1", "HKG", "a123456 3")


def test_a_row_with_a_problem_is_kept_back_and_says_why(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(
        alice,
        b.profile(participant),
        b.line("CL-1", appQuantity="0", ipoID="9999"),
        b.line("=CMD()|'x'!A0"),
        b.line("CL-3", fullNameEng="N" * 30_000),
    )
    zero, formula, long = b.records(batch)
    assert {row.status for row in (zero, formula, long)} == {S.KEPT_BACK}
    assert "ipoID: FINI lists no IPO of this ID." in zero.error_text
    assert "appQuantity: The quantity is not between" in zero.error_text
    assert "begins as a formula" in formula.error_text
    seen = persons.open_person(long.pk, bytes(long.sealed_person))
    assert seen.name_english == "N" * 200
    assert batch.totals["unfit"] == 3
    assert (batch.totals["fit"], batch.totals["ipos"]) == (0, {})


def test_doubles_in_the_file_and_a_wrong_check_digit_are_told(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(
        alice,
        b.profile(participant),
        b.line("CL-1", idType="1", idNum="A123456(4)"),
        b.line("CL-1", idType="1", idNum="A 123456 (4)"),
        b.line("CL-3", idType="1", idNum="A123456(4)", ipoID="1235"),
    )
    assert problems(batch) == [
        (2, "idNum", "warning"),
        (3, "idNum", "warning"),
        (3, "idNum", "warning"),
        (3, "ownRef", "problem"),
        (4, "idNum", "warning"),
    ]


def test_what_an_earlier_batch_has_is_told(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    b.checked(alice, profile, b.line("CL-1", idNum="P7"), b.line("CL-2", idNum="P8"))
    batch = b.checked(
        alice,
        profile,
        b.line("CL-1", idNum="P9"),
        b.line("CL-9", idNum="P8"),
        b.line("CL-10", idNum="P8", ipoID="1235"),
    )
    assert problems(batch) == [(2, "ownRef", "problem"), (3, "idNum", "warning")]
    assert [row.status for row in b.records(batch)] == [
        S.KEPT_BACK,
        S.DRAFTED,
        S.DRAFTED,
    ]
    assert "Batch 1 has this own reference" in b.records(batch)[0].error_text
    assert batch.totals["fit"] == 2
    assert batch.totals["ipos"] == {"1234": [1, 1000], "1235": [1, 1000]}


@pytest.mark.parametrize("status", [S.KEPT_BACK, S.REFUSED, S.INVALIDATED, S.WITHDRAWN])
def test_what_fini_has_not_got_may_come_again(
    status: SubscriptionStatus, alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    line = b.line("CL-1")
    b.checked(alice, profile, line)
    EipoSubscription.objects.update(status=status)
    assert problems(b.checked(alice, profile, line)) == []


def test_another_participants_references_are_nobodys_business(
    alice: User, mallory: User, participant: Participant, other_participant: Participant
) -> None:
    line = b.line("CL-1")
    b.checked(mallory, b.profile(other_participant), line)
    assert problems(b.checked(alice, b.profile(participant), line)) == []


def test_problems_are_kept_up_to_a_bound_and_counted_past_it(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked_rows, "MOST_PROBLEMS", 3)
    lines = [b.line(appQuantity="0") for _ in range(5)]
    batch = b.checked(alice, b.profile(participant), *lines)
    assert BatchProblem.objects.count() == 3
    assert batch.totals["problems"] == 5


def test_the_digest_is_of_what_will_be_sent(
    alice: User, participant: Participant
) -> None:
    profile, line = b.profile(participant), b.line("CL-1")
    digests = []
    for cells in ({}, {}, {"fullNameEng": "SOMEBODY ELSE"}, {"appQuantity": "1001"}):
        changed = dict(zip(b.HEADING, line, strict=True)) | cells
        digests.append(b.checked(alice, profile, [*changed.values()]).records_sha256)
        EipoSubscription.objects.update(status=S.WITHDRAWN)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_columns_taken_for_each_other_leave_no_number_in_clear(
    alice: User, participant: Participant
) -> None:
    """Neither as a firm nor as a reference, which are not sealed."""
    lines = [
        b.line(ownRef="M011336(5)", idNum="CL-1"),
        b.line(firmID="M0113365", idNum="CL-2"),
    ]
    batch = b.checked(alice, b.profile(participant), *lines)
    kept = batch.subscriptions.values_list("own_ref", "firm_id", "status")
    assert "M011336" not in str(list(kept))
    assert {status for *_, status in kept} == {"kept_back"}


def test_rows_without_an_id_are_not_held_against_people_that_were_erased(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    b.checked(alice, profile, b.line("CL-1"))
    EipoSubscription.objects.update(number_hash=b"", sealed_person=b"")
    batch = b.checked(alice, profile, b.line("CL-1", idNum=""), b.line("CL-2"))
    assert problems(batch) == [(2, "idNum", "problem"), (2, "ownRef", "problem")]


def test_a_file_that_was_uploaded_before_is_kept_back_row_by_row(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "A_COMMIT", 10)
    profile = b.profile(participant)
    lines = [b.line(f"CL-{number}", idNum=f"P{number}") for number in range(25)]
    b.checked(alice, profile, *lines)
    batch = b.checked(alice, profile, *lines, b.line("CL-25"))
    *doubled, new = b.records(batch)
    assert {row.status for row in doubled} == {S.KEPT_BACK}
    assert [row.row for row in doubled] == list(range(2, 27))
    assert new.status == S.DRAFTED
    assert (batch.totals["rows"], batch.totals["fit"]) == (26, 1)
    assert len(problems(batch)) == 50


def test_keys_grow_with_the_rows(alice: User, participant: Participant) -> None:
    """So that rows that are read together lie together in the index."""
    lines = [b.line() for _ in range(50)]
    records = b.records(b.checked(alice, b.profile(participant), *lines))
    assert [row.pk for row in records] == sorted(row.pk for row in records)


def test_one_own_reference_in_every_row_is_asked_for_once(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not row by row: each would look at all the others."""
    monkeypatch.setattr(reading, "A_COMMIT", 50)
    profile = b.profile(participant)
    lines = [b.line("CL-1", idNum="P1") for _ in range(100)]
    b.checked(alice, profile, *lines)
    batch = b.chosen(alice, profile, b.content(*lines))
    with CaptureQueriesContext(connection) as asked:
        reading.read(batch.pk)
    looked = [q for q in asked if '"own_ref" IN (SELECT' in q["sql"]]
    assert len(looked) == 2  # a commit has one
    refused = [row.error_text for row in b.records(batch)]
    assert refused[0] == "ownRef: Batch 1 has this own reference already."
    assert all("The same as in row 2." in text for text in refused[1:])


@pytest.mark.parametrize("unseen", ["\u3000", "\u200b", "\u00a0"])
def test_an_own_reference_is_sent_as_it_is_stored_or_not_at_all(
    unseen: str, alice: User, participant: Participant
) -> None:
    batch = b.checked(alice, b.profile(participant), b.line(f"CL{unseen}1"))
    assert problems(batch) == [(2, "ownRef", "problem")]

"""Each way of tampering is noticed, and the first broken row is named."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.activity import verify
from portal.activity.models import Activity, Chain
from portal.people.models import Participant
from tests.portal.activity.conftest import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(participant: Participant, lifted: None) -> Chain:
    """A chain of five rows in a database that lets them be changed."""
    for number in range(5):
        write(participant, f"row {number + 1}")
    return Chain.objects.get()


def first_fault() -> tuple[str, int, str]:
    (fault,) = verify.verify().faults
    return fault.chain, fault.seq, fault.what


def test_an_untouched_log_is_intact(five: Chain) -> None:
    report = verify.verify()
    assert (report.rows, report.chains, report.faults) == (5, 1, [])


def test_a_changed_description_is_named(five: Chain) -> None:
    five.rows.filter(seq=3).update(description="something else")
    assert first_fault() == ("CP00010", 3, "altered")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00+00:00"),
        ("endpoint", "API"),
        ("kind", "Logout"),
        ("status", "Failed"),
        ("topics", ["other"]),
        ("refs", {"other": "x"}),
        ("hash", "0" * 64),
    ],
)
def test_every_column_is_held(five: Chain, column: str, value: object) -> None:
    five.rows.filter(seq=4).update(**{column: value})
    assert first_fault() == ("CP00010", 4, "altered")


def test_a_removed_row_is_named_as_a_gap(five: Chain) -> None:
    five.rows.filter(seq=2).delete()
    assert first_fault() == ("CP00010", 2, "gap")


def test_a_removed_first_row_is_named_as_a_gap(five: Chain) -> None:
    five.rows.filter(seq=1).delete()
    assert first_fault() == ("CP00010", 1, "gap")


def test_two_rows_that_changed_places_are_named(five: Chain) -> None:
    five.rows.filter(seq=2).update(seq=99)
    five.rows.filter(seq=3).update(seq=2)
    five.rows.filter(seq=99).update(seq=3)
    assert first_fault() == ("CP00010", 2, "reordered")


def test_a_cut_tail_is_named(five: Chain) -> None:
    five.rows.filter(seq__gt=3).delete()
    assert first_fault() == ("CP00010", 4, "cut tail")


def test_an_emptied_chain_is_named(five: Chain) -> None:
    five.rows.all().delete()
    assert first_fault() == ("CP00010", 1, "cut tail")


def test_a_cut_tail_with_a_corrected_head_is_named(five: Chain) -> None:
    five.rows.filter(seq__gt=3).delete()
    last = five.rows.get(seq=3)
    Chain.objects.update(count=3, last_hash=last.hash)
    assert first_fault() == ("CP00010", 3, "head altered")


def test_an_altered_head_stays_named_after_more_rows(
    five: Chain, participant: Participant
) -> None:
    five.rows.filter(seq__gt=3).delete()
    Chain.objects.update(count=3, last_hash=five.rows.get(seq=3).hash)
    write(participant)
    assert first_fault() == ("CP00010", 4, "head altered")


def test_a_row_that_the_head_does_not_count_is_named(five: Chain) -> None:
    head = Chain.objects.values("count", "last_hash", "mac").get()
    write(five.participant)
    Chain.objects.update(**head)
    assert first_fault() == ("CP00010", 6, "uncounted")


def test_a_forged_row_before_the_first_is_named(five: Chain) -> None:
    row = five.rows.get(seq=5)
    row.pk, row.seq = None, 0
    row.save(force_insert=True)
    assert first_fault() == ("CP00010", 1, "gap")


def test_rows_whose_head_is_gone_are_named(five: Chain) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM activity_chain")
    (fault,) = verify.verify().faults
    five.save(force_insert=True)  # the database would not let the test end so
    assert (fault.seq, fault.what) == (1, "no head")


def test_the_other_chains_are_walked_past_a_broken_one(
    five: Chain, other_participant: Participant
) -> None:
    write(other_participant)
    five.rows.filter(seq=1).update(description="x")
    report = verify.verify()
    assert report.chains == 2
    assert [fault.chain for fault in report.faults] == ["CP00010"]


def test_rows_are_read_in_chunks(five: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "CHUNK", 2)
    assert verify.verify().rows == 5


def test_the_command_says_that_all_is_intact(five: Chain) -> None:
    out = StringIO()
    call_command("verify_activity", stdout=out, stderr=StringIO())
    assert out.getvalue() == "intact: 5 rows in 1 chains\n"


def test_the_command_names_the_row_and_exits_with_1(five: Chain) -> None:
    five.rows.filter(seq=3).update(description="x")
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_activity", stdout=out, stderr=StringIO())
    assert end.value.code == 1
    assert out.getvalue() == (
        "broken: chain CP00010, row 3, altered: its content is not what was written.\n"
    )


def test_the_command_answers_json(five: Chain) -> None:
    out = StringIO()
    call_command("verify_activity", "--json", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue()) == {
        "chains": 1,
        "rows": 5,
        "faults": [],
        "intact": True,
    }


def test_the_command_looks_at_one_participant(
    five: Chain, other_participant: Participant
) -> None:
    write(other_participant)
    five.rows.filter(seq=3).update(description="x")
    out = StringIO()
    call_command(
        "verify_activity", participant="CP00099", stdout=out, stderr=StringIO()
    )
    assert out.getvalue() == "intact: 1 rows in 1 chains\n"


def test_the_command_knows_no_chain_of_that_name(db: None) -> None:
    with pytest.raises(CommandError, match="no activity chain named CP77777"):
        call_command("verify_activity", participant="CP77777")


def test_the_command_warns_of_missing_triggers(five: Chain) -> None:
    errors = StringIO()
    call_command("verify_activity", stdout=StringIO(), stderr=errors)
    assert "trigger activity_no" in errors.getvalue()


def test_an_empty_log_is_intact(db: None) -> None:
    assert verify.verify().faults == []
    assert Activity.objects.count() == 0

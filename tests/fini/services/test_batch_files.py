"""A file is taken: its heading is read, the rest sealed; hostile ones leave no row."""

import io
import zipfile

import pytest

from fini.batches.columns import Column
from fini.batches.rows import BatchUnreadable
from fini.models import Batch, Ipo
from fini.refusals import Refusal
from fini.services import batch_files
from fini.states import BatchStatus
from portal import secrets
from portal.activity.models import Activity
from portal.people.models import Participant, User
from tests.fini import batch_builders as b
from tests.fini.batches import files


def test_a_file_rests_sealed_and_opens_in_its_own_row_alone(
    alice: User, participant: Participant
) -> None:
    held = b.content(b.line(idNum="A123456(3)"))
    batch = b.again(b.uploaded(alice, b.profile(participant), held))
    assert batch.status == BatchStatus.UPLOADED
    assert b"A123456" not in bytes(batch.sealed_file)
    bound_to = batch_files.bound_to(batch.pk)
    assert secrets.open(bytes(batch.sealed_file), bound_to) == held
    assert batch.heading == files.HEADING
    assert batch.layout == {name: at for at, name in enumerate(files.HEADING)}


def test_numbers_count_per_participant(
    alice: User, mallory: User, participant: Participant, other_participant: Participant
) -> None:
    ours, theirs = b.profile(participant), b.profile(other_participant)
    numbers = [b.uploaded(alice, ours).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert b.uploaded(mallory, theirs).number == 1


BOMB = "".join(f"<si><t>{'x' * 30_000}</t></si>" for _ in range(2_500))
HOSTILE = {
    "empty": b"",
    "a heading alone": files.csv_text(files.HEADING).encode(),
    "an old workbook": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "no text at all": bytes(range(128, 256)) * 9,
    "a cell of 5 MB": files.csv_text(["x" * 5_000_000]).encode(),
    "a quotation mark never closed": b'"' + b"x,\n" * 50_000,
    "two hundred columns": files.csv_text(["x"] * 200, ["y"] * 200).encode(),
    "a zip of something else": files.zipped({"a.txt": "a"}),
    "a broken zip": files.workbook("")[:80],
    "a zip bomb": files.workbook("<row/>", BOMB),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_is_one_sentence_and_nothing_kept(
    content: bytes, alice: User, participant: Participant
) -> None:
    profile = b.profile(participant)
    with pytest.raises(BatchUnreadable) as refused:
        b.uploaded(alice, profile, content)
    assert "Nothing of it was kept" in refused.value.sentence
    assert not Batch.objects.exists()
    assert not Activity.objects.filter(refs__has_key="batch").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "big5hkscs"])
def test_a_file_of_any_usual_encoding_is_taken(
    encoding: str, alice: User, participant: Participant
) -> None:
    held = files.csv_text(["證件號碼", *files.HEADING[1:]], b.line()).encode(encoding)
    batch = b.uploaded(alice, b.profile(participant), held)
    assert batch.heading[0] == "證件號碼"


def test_a_name_and_a_heading_are_stored_without_what_cannot_be_seen(
    alice: User, participant: Participant
) -> None:
    held = files.csv_text(["own\0Ref", "x" * 500], ["1", "2"]).encode()
    batch = b.uploaded(alice, b.profile(participant), held, name="a\u202ecsv.exe\0")
    assert batch.heading == ["own\N{REPLACEMENT CHARACTER}Ref", "x" * 80]
    assert batch.file_name.count("\N{REPLACEMENT CHARACTER}") == 2


@pytest.mark.parametrize("value", ["A123456(3)", "00000", "1000"])
def test_a_record_in_the_place_of_the_heading_is_not_kept(
    alice: User, participant: Participant, value: str
) -> None:
    """Titles stand in clear."""
    held = files.csv_text([value, "CHAN TAI MAN"], ["1", "2"]).encode()
    with pytest.raises(BatchUnreadable, match="no heading"):
        b.uploaded(alice, b.profile(participant), held)
    assert not Batch.objects.exists()


def test_a_profile_that_may_not_subscribe_takes_no_file(
    alice: User, participant: Participant
) -> None:
    profile = b.profile(participant, may_subscribe=False)
    with pytest.raises(Refusal, match="may not subscribe"):
        b.uploaded(alice, profile)
    assert not Batch.objects.exists()


LAYOUT: dict[Column, int] = {column: at for at, column in enumerate(Column)}


def without(*missing: Column) -> dict[Column, int]:
    return {column: at for column, at in LAYOUT.items() if column not in missing}


@pytest.mark.parametrize(
    ("layout", "ipo_id", "firm_id", "said"),
    [
        (LAYOUT | {Column.OWN_REF: 3}, "", "", "chosen twice"),
        (LAYOUT | {Column.OWN_REF: 99}, "", "", "the file has not"),
        (without(Column.ID_NUMBER), "", "", "No column is chosen for idNum"),
        (without(Column.IPO_ID), "9999", "", "names no IPO"),
        (without(Column.FIRM_ID), "", "00666", "names no firm"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    layout: dict[Column, int],
    ipo_id: str,
    firm_id: str,
    said: str,
    alice: User,
    participant: Participant,
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    as_alice = b.acting(alice, participant)
    with pytest.raises(Refusal, match=said):
        batch_files.choose(batch, layout, as_alice, ipo_id=ipo_id, firm_id=firm_id)
    assert b.again(batch).status == BatchStatus.UPLOADED


def test_before_the_list_of_ipos_has_come_no_row_is_held_against_it(
    alice: User, participant: Participant
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    Ipo.objects.update(is_listed=False)
    as_alice = b.acting(alice, participant)
    with pytest.raises(Refusal, match="list of IPOs is not here yet"):
        batch_files.choose(batch, LAYOUT, as_alice, ipo_id="", firm_id="")
    assert b.again(batch).status == BatchStatus.UPLOADED


def test_an_ipo_and_a_firm_stand_for_columns_that_the_file_has_not(
    alice: User, participant: Participant
) -> None:
    batch = b.uploaded(alice, b.profile(participant))
    layout = without(Column.IPO_ID, Column.FIRM_ID)
    batch_files.choose(
        batch,
        layout,
        b.acting(alice, participant),
        ipo_id="1235",
        firm_id="00000",
    )
    assert (batch.status, batch.ipo_id) == (BatchStatus.READING, "1235")


def test_the_bomb_is_small_as_it_comes() -> None:
    assert len(HOSTILE["a zip bomb"]) < 1_000_000
    with zipfile.ZipFile(io.BytesIO(HOSTILE["a zip bomb"])) as bomb:
        assert bomb.getinfo("xl/sharedStrings.xml").file_size > 64_000_000

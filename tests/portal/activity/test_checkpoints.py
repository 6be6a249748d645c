"""A checkpoint that left the machine convicts a database that was rewritten."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from portal.activity import checkpoints, transaction
from portal.activity.chain import head_mac
from portal.activity.models import Activity, Chain, Kind
from portal.people.models import Participant
from tests.portal.activity.conftest import write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2024, 2, 29, 16, 0, tzinfo=dt.UTC)


@pytest.fixture
def text(participant: Participant, lifted: None) -> str:
    """The checkpoint of a chain of three rows."""
    for _ in range(3):
        write(participant)
    return checkpoints.compose(NOW, checkpoints.marks())


def rewritten(chain: Chain, count: int) -> None:
    """What somebody with the database and the master key can do."""
    chain.rows.filter(seq__gt=count).delete()
    chain.count = count
    chain.last_hash = chain.rows.get(seq=count).hash
    chain.mac = head_mac(chain)
    chain.save()


def test_it_tells_each_chain_s_count_and_hash(text: str) -> None:
    head = Chain.objects.get()
    assert checkpoints.parse(text) == [checkpoints.Mark("CP00010", 3, head.last_hash)]


def test_it_is_read_out_of_a_mail(text: str) -> None:
    mail = "Dear auditor,\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n-- \r\nportal"
    assert len(checkpoints.parse(mail)) == 1


def test_it_agrees_with_tables_that_have_grown(
    text: str, participant: Participant
) -> None:
    write(participant)
    assert checkpoints.compare(checkpoints.parse(text)) == []


def test_it_names_the_row_that_was_cut_off_with_the_key_at_hand(text: str) -> None:
    rewritten(Chain.objects.get(), 2)
    (fault,) = checkpoints.compare(checkpoints.parse(text))
    assert (fault.chain, fault.seq, fault.what) == ("CP00010", 3, "shorter")


def test_it_names_a_history_that_was_written_anew(
    text: str, participant: Participant
) -> None:
    rewritten(Chain.objects.get(), 2)
    write(participant, "another third row")
    (fault,) = checkpoints.compare(checkpoints.parse(text))
    assert (fault.seq, fault.what) == (3, "other history")


def test_it_names_a_chain_that_is_gone_altogether(text: str) -> None:
    Activity.objects.all().delete()
    Chain.objects.all().delete()
    (fault,) = checkpoints.compare(checkpoints.parse(text))
    assert (fault.chain, fault.what) == ("CP00010", "no chain")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("chain: CP00010 3", "chain: CP00010 2"),
        lambda text: text.replace("made: 2024", "made: 2023"),
        lambda text: text.replace("chain: CP00010", "chain: CP00011"),
        lambda text: text.replace("signature: ", "signature: A"),
        lambda text: text.replace("\nchain: ", "\nother: "),
    ],
)
def test_a_changed_checkpoint_is_refused(text: str, change: object) -> None:
    with pytest.raises(checkpoints.NotACheckpoint, match="signature"):
        checkpoints.parse(change(text))  # type: ignore[operator]


def test_the_checkpoint_of_another_master_key_is_refused(text: str) -> None:
    with (
        override_settings(MASTER_KEYS=[b"o" * 32]),
        pytest.raises(checkpoints.NotACheckpoint, match="signature"),
    ):
        checkpoints.parse(text)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "nothing of the kind",
        f"{checkpoints.BEGIN}\n{checkpoints.END}",
        f"{checkpoints.END}\n{checkpoints.BEGIN}",
        f"{checkpoints.BEGIN}\na\nb\nsignature: %%%\n{checkpoints.END}",
    ],
)
def test_junk_is_refused_with_a_sentence(db: None, junk: str) -> None:
    with pytest.raises(checkpoints.NotACheckpoint):
        checkpoints.parse(junk)


def test_one_is_made_a_day_and_is_itself_an_activity(text: str) -> None:
    day = dt.date(2024, 3, 1)
    with transaction.atomic():
        assert checkpoints.make(day, NOW) is not None
    with transaction.atomic():
        assert checkpoints.make(day, NOW) is None
    assert Activity.objects.filter(kind=Kind.CHECKPOINT).count() == 1


def test_the_command_checks_a_file(text: str, tmp_path: Path) -> None:
    path, out = tmp_path / "mail.txt", StringIO()
    path.write_text(text)
    call_command("verify_activity", checkpoint=str(path), stdout=out, stderr=StringIO())
    assert out.getvalue().endswith("the checkpoint of 1 chains agrees\n")


def test_the_command_exits_with_1_when_the_file_disagrees(
    text: str, tmp_path: Path
) -> None:
    path, out = tmp_path / "mail.txt", StringIO()
    path.write_text(text)
    rewritten(Chain.objects.get(), 2)
    with pytest.raises(SystemExit):
        call_command(
            "verify_activity", checkpoint=str(path), stdout=out, stderr=StringIO()
        )
    assert "chain CP00010, row 3, shorter" in out.getvalue()


def test_the_command_says_why_it_cannot_read_a_file(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_activity", checkpoint=str(tmp_path / "absent"))
    (tmp_path / "junk").write_bytes(b"\xff\x00")
    with pytest.raises(CommandError, match="holds no checkpoint"):
        call_command("verify_activity", checkpoint=str(tmp_path / "junk"))

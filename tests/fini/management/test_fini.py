"""`manage.py fini`: what it prints, and its exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fini.models import Batch, Profile, Reconciliation
from fini.services import reconcile
from portal.people.models import Identity, Participant, User
from tests.fini import batch_builders as builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(participant: Participant, firm_id: Identity) -> Profile:
    return builders.profile(participant)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ipo_1234.csv"
    path.write_bytes(builders.content(builders.line(), builders.line()))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[Any]:
    call_command("fini", *map(str, arguments), "--participant", "CP00010", "--json")
    printed: list[Any] = json.loads(capsys.readouterr().out)
    return printed


def test_the_ipos_that_fini_lists(
    profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [row["ipo_id"] for row in said(capsys, "ipos")] == ["1234", "1235"]


def test_a_file_is_checked_and_waits_for_an_approver(
    profile: Profile, alice: User, bob: User, file: Path, capsys: Any
) -> None:
    told = said(capsys, "submit", file, "--user", "alice")
    assert (told[0]["status"], told[0]["fit"]) == ("awaiting_approval", 2)
    batch = Batch.objects.get()
    assert (batch.origin, batch.created_by) == ("command", alice)


def test_without_approval_it_is_queued_and_its_number_tells_how_it_goes(
    profile: Profile, alice: User, file: Path, capsys: Any
) -> None:
    Participant.objects.update(approval_required=False)
    told = said(capsys, "submit", file, "--user", "alice")
    found = said(capsys, "query", told[0]["batch"])
    assert (found[0]["status"], found[0]["queued"]) == ("queued", 2)


def test_a_row_that_fails_keeps_all_back_and_is_told(
    profile: Profile, alice: User, bob: User, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(builders.content(builders.line(), builders.line(appQuantity="0")))
    with pytest.raises(SystemExit) as ended:
        said(capsys, "submit", file, "--user", "alice")
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert (told[0]["status"], told[1]["row"]) == ("checked", 3)


def test_only_an_operator_submits(
    profile: Profile, dora: User, file: Path, capsys: Any
) -> None:
    with pytest.raises(CommandError, match="no operator"):
        said(capsys, "submit", file, "--user", "dora")
    assert not Batch.objects.exists()


def test_a_batch_that_is_not_there(profile: Profile, capsys: Any) -> None:
    with pytest.raises(CommandError, match="no batch 7"):
        said(capsys, "query", 7)


def test_a_comparison_that_cannot_be_made_says_why(
    profile: Profile, capsys: Any
) -> None:
    with pytest.raises(CommandError, match="Nothing can be sent to it"):
        said(capsys, "reconcile", "1234")
    assert Reconciliation.objects.get().sentence
    assert reconcile.wake_due() == 0

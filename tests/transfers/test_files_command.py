"""`manage.py files list|export` on a terminal and as JSON."""

import datetime as dt
import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal import files
from portal.activity.models import Activity
from portal.people.models import Participant
from tests.transfers.corner_builders import kept, seen


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    call_command("files", *words, "--json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_the_list_names_every_file_newest_first(
    participant: Participant,
    other_participant: Participant,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = kept(participant, "a.zip")
    seen(other_participant, "theirs.zip")
    assert [one["name"] for one in told(capsys, "list")] == ["a.zip", "theirs.zip"]
    (mine,) = told(capsys, "list", "--participant", "CP00010")
    assert (mine["sha256"], mine["status"]) == (row.sha256, "kept")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--pattern", "hbcn*.ZIP"], ["HBCN1.zip"]),
        (["--platform", "RAP"], ["TP001.txt"]),
        (["--since", "2024-02-02"], ["TP001.txt", "HBCN1.zip"]),
        (["--since", "2024-02-01", "--pattern", "old*"], ["old.zip"]),
    ],
)
def test_filters_narrow_the_list(
    participant: Participant,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    names: list[str],
) -> None:
    seen(participant, "old.zip", seen_at=dt.datetime(2024, 2, 1, 15, 59, tzinfo=dt.UTC))
    seen(participant, "HBCN1.zip")
    seen(participant, "TP001.txt", platform="RAP")
    assert [one["name"] for one in told(capsys, "list", *words)] == names


def test_an_export_copies_the_kept_ones_and_is_an_activity(
    participant: Participant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = kept(participant, "../up.txt", b"bytes")
    seen(participant, "not-kept.txt")
    (one,) = told(capsys, "export", "--to", str(tmp_path))
    copy = Path(one["path"])
    assert copy.parent == tmp_path / "CP00010"
    assert hashlib.sha256(copy.read_bytes()).hexdigest().upper() == row.sha256
    last = Activity.objects.latest("seq")
    assert (last.kind, last.endpoint, last.refs["files"]) == (
        "Export",
        "API",
        str(row.pk),
    )


def test_a_lost_file_fails_the_export_and_leaves_no_part(
    participant: Participant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = kept(participant, "gone.txt", b"gone now")
    files.delete(participant.pk, row.stored_key)
    with pytest.raises(CommandError, match="1 of the files"):
        call_command("files", "export", "--to", str(tmp_path))
    assert "not in our store" in capsys.readouterr().out
    assert list((tmp_path / "CP00010").iterdir()) == []


def test_an_export_that_is_cut_is_on_record(
    participant: Participant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [kept(participant, f"{name}.csv") for name in "ab"]

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", cut)
    with pytest.raises(KeyboardInterrupt):
        call_command("files", "export", "--to", str(tmp_path))
    refs = Activity.objects.get(kind="Export").refs["files"]
    assert {str(row.pk) for row in rows} == set(refs.split(","))


@pytest.mark.parametrize("links", [True, False])
def test_an_export_replaces_nothing_and_says_so(
    participant: Participant,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    links: bool,
) -> None:
    kept(participant, "a.csv")
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    theirs = tmp_path / "CP00010" / "a.csv"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    with pytest.raises(CommandError, match="1 of the files"):
        call_command("files", "export", "--to", str(tmp_path))
    assert "was left as it is" in capsys.readouterr().out
    assert theirs.read_bytes() == b"theirs"
    assert list(theirs.parent.iterdir()) == [theirs]


def test_an_export_follows_no_link(participant: Participant, tmp_path: Path) -> None:
    kept(participant, "a.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"hello")
    (tmp_path / "CP00010").mkdir()
    (tmp_path / "CP00010" / "a.csv").symlink_to(elsewhere)
    with pytest.raises(CommandError):
        call_command("files", "export", "--to", str(tmp_path))


def test_the_same_export_again_changes_nothing(
    participant: Participant, tmp_path: Path
) -> None:
    kept(participant, "a.csv")
    for _ in range(2):
        call_command("files", "export", "--to", str(tmp_path))
    assert [path.name for path in (tmp_path / "CP00010").iterdir()] == ["a.csv"]


def test_a_file_system_without_links_takes_an_export(
    participant: Participant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(participant, "a.csv")
    monkeypatch.setattr(os, "link", _no_links)
    call_command("files", "export", "--to", str(tmp_path))
    assert (tmp_path / "CP00010" / "a.csv").read_bytes() == b"hello"


def _no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EOPNOTSUPP, "no links here")


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--since", "x"],
        ["list", "--since", "0001-01-01"],
        ["list", "--participant", "NOBODY"],
        ["x"],
    ],
)
def test_wrong_words_are_refused(db: None, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("files", *words)

"""The destinations of the settings: each participant's own, and wrong ones said."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from transfers import keeping_checks
from transfers.destinations import CannotHandOver, Elsewhere, Folder, names, opened

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


def ids(settings: Settings, **folders: str) -> list[str]:
    settings.HAND_OVER_FOLDERS = folders
    return [str(one.id) for one in keeping_checks.check_destinations()]


def test_a_participant_has_its_own_alone(settings: Settings, tmp_path: Path) -> None:
    settings.HAND_OVER_FOLDERS = {
        "CP00010.office": str(tmp_path),
        "CP00099.office": "/srv/theirs",
    }
    settings.HAND_OVER_STORAGES = {"CP00010.archive": MEMORY}
    assert names("CP00010") == ["archive", "office"]
    assert names("CP0001") == []
    assert isinstance(opened("CP00010", "office"), Folder)
    assert isinstance(opened("CP00010", "archive"), Elsewhere)


def test_a_name_that_is_gone_is_said(settings: Settings) -> None:
    with pytest.raises(CannotHandOver, match="no destination “office” any more"):
        opened("CP00010", "office")


@pytest.mark.parametrize("key", ["office", "CP00010.", ".office", "CP00010.a/b"])
def test_a_name_without_its_participant_is_refused(
    settings: Settings, tmp_path: Path, key: str
) -> None:
    assert ids(settings, **{key: str(tmp_path)}) == ["transfers.E002"]


def test_a_path_from_nowhere_is_refused(settings: Settings) -> None:
    assert ids(settings, **{"CP00010.office": "srv/office"}) == ["transfers.E002"]


@pytest.mark.parametrize("part", [".", "kept", ".."])
def test_the_portals_own_folders_are_refused(
    settings: Settings, tmp_path: Path, part: str
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    own = str(tmp_path / "files" / part)
    assert "transfers.E002" in ids(settings, **{"CP00010.office": own})


@pytest.mark.parametrize(
    ("deployment", "found"), [("sandbox", []), ("real", ["transfers.E002"])]
)
def test_a_rehearsal_alone_may_hand_over_into_var(
    settings: Settings, tmp_path: Path, deployment: str, found: list[str]
) -> None:
    settings.DEPLOYMENT, settings.VAR_DIR = deployment, tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    folder = tmp_path / "handed-over"
    folder.mkdir()
    assert ids(settings, **{"CP00010.back-office": str(folder)}) == found
    inner = str(folder / "inner")
    assert "transfers.E002" in ids(settings, **{"CP00010.back-office": inner})


def test_an_absent_folder_is_a_warning_alone(
    settings: Settings, tmp_path: Path
) -> None:
    absent = str(tmp_path / "mounted-later")
    assert ids(settings, **{"CP00010.office": absent}) == ["transfers.W001"]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"BACKEND": "nowhere.Storage"}, {**MEMORY, "OPTIONS": {"nonsense": 1}}],
)
def test_a_storage_that_cannot_be_opened_is_refused(
    settings: Settings, wrong: dict[str, Any]
) -> None:
    settings.HAND_OVER_STORAGES = {"CP00010.archive": wrong}
    assert ids(settings) == ["transfers.E002"]


@pytest.mark.parametrize(
    ("deployment", "years", "faults"),
    [("real", 7, []), ("real", 6, ["transfers.E003"]), ("sandbox", 1, [])],
)
def test_seven_years_are_the_least_of_a_real_deployment(
    settings: Settings, deployment: str, years: int, faults: list[str]
) -> None:
    settings.DEPLOYMENT, settings.RETENTION_YEARS = deployment, years
    assert [str(one.id) for one in keeping_checks.check_retention()] == faults

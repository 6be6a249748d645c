"""Business time: the machine's, moved only in a sandbox, told in Hong Kong days."""

import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from portal import clock

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_it_is_the_machine_s_time_until_it_is_moved() -> None:
    assert abs(clock.now() - clock.real_now()) < dt.timedelta(seconds=5)


def test_moved_it_is_ahead_and_real_time_is_not() -> None:
    clock.move_to(3600)
    assert clock.offset() == HOUR
    ahead = clock.now() - clock.real_now()
    assert abs(ahead - HOUR) < dt.timedelta(seconds=5)


def test_it_can_be_moved_back() -> None:
    clock.move_to(-3600)
    assert clock.offset() == -HOUR
    clock.move_to(0)
    assert clock.offset() == dt.timedelta(0)


def test_moving_leaves_one_file_and_no_parts(own_folder: Path) -> None:
    clock.move_to(1)
    clock.move_to(2)
    assert [path.name for path in own_folder.iterdir()] == ["clock-offset"]


@pytest.mark.parametrize(
    "junk", [b"", b"abc", b"1.5", b"\xff\xfe", b"9" * 40, b"9" * 5000, b"400000000"]
)
def test_a_damaged_file_moves_nothing(own_folder: Path, junk: bytes) -> None:
    (own_folder / "clock-offset").write_bytes(junk)
    assert clock.offset() == dt.timedelta(0)
    assert clock.today()


def test_it_moves_ten_years_at_most() -> None:
    with pytest.raises(ValueError, match="ten years"):
        clock.move_to(400_000_000)


def test_a_real_deployment_s_clock_cannot_be_moved(settings: Settings) -> None:
    clock.move_to(3600)
    settings.DEPLOYMENT = "real"
    assert clock.offset() == dt.timedelta(0)
    with pytest.raises(RuntimeError, match="Only a sandbox"):
        clock.move_to(1)


def test_the_day_is_hong_kong_s() -> None:
    assert clock.today() == (clock.now() + 8 * HOUR).date()
    assert clock.now().utcoffset() == dt.timedelta(0)

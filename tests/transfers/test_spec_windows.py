"""Windows: parsed, configured, and in Hong Kong time."""

import datetime as dt

import pytest

from portal.exchange.hktime import HONG_KONG
from transfers.spec import windows

NIGHT = dt.datetime(2024, 3, 1, 23, 59, 59, tzinfo=HONG_KONG)


def test_a_real_deployment_takes_files_from_7_to_half_past_4() -> None:
    assert str(windows.window("HBCNMAPP", {}, "real")) == "07:00 to 16:30"


def test_a_sandbox_is_open_all_day() -> None:
    window = windows.window("HBCNMAPP", {}, "sandbox")
    assert window.is_open(NIGHT)
    assert window.closes_at(NIGHT.date()) == NIGHT + dt.timedelta(seconds=1)


def test_a_setting_wins_in_both() -> None:
    configured = {"HBCNMAPP": "08:00-12:00"}
    for deployment in ("real", "sandbox"):
        window = windows.window("HBCNMAPP", configured, deployment)
        assert str(window) == "08:00 to 12:00"


def test_the_time_left_is_told_only_while_it_is_open() -> None:
    window = windows.parse("07:00-16:30")
    afternoon = dt.datetime(2024, 3, 1, 15, 5, tzinfo=HONG_KONG)
    assert window.time_left(afternoon) == dt.timedelta(hours=1, minutes=25)
    assert window.time_left(NIGHT) is None


@pytest.mark.parametrize(
    "text", ["", "07:00", "16:30-07:00", "7-16", "07:60-08:00", "00:00-24:01", "a-b"]
)
def test_what_is_no_window_is_refused_and_shown(text: str) -> None:
    with pytest.raises(ValueError, match=text or "no window"):
        windows.parse(text)

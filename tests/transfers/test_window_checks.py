"""A window that cannot be read is found at start and not at the first submission."""

import pytest
from django.conf import LazySettings

from transfers.window_checks import check_windows


@pytest.mark.parametrize(
    "configured",
    [{"HBCNMAPP": "7 to 4"}, {"HBCNMAPP": "16:30-07:00"}, {"HBCNXXXX": "07:00-16:30"}],
)
def test_a_wrong_window_is_an_error(
    settings: LazySettings, configured: dict[str, str]
) -> None:
    settings.SUBMISSION_WINDOWS = configured
    (found,) = check_windows()
    assert found.id == "transfers.E001"


def test_good_windows_and_none_are_no_error(settings: LazySettings) -> None:
    settings.SUBMISSION_WINDOWS = {"HBCNMAPP": "07:00-16:30", "HBCNOTBN": "08:00-24:00"}
    assert check_windows() == []
    settings.SUBMISSION_WINDOWS = {}
    assert check_windows() == []

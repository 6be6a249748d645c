"""Where each platform distributes, and what is no download folder."""

import pytest

from transfers.distribution import folders


@pytest.mark.ledger("RAP-04/P")
def test_rap_distributes_in_three_folders() -> None:
    assert folders.known("RAP", "DCABC001") == (
        "/download/DCASS",
        "/download/DCASS_OTHERS",
        "/download/HKCC_SEOCH_CCMS_GLOB",
    )


@pytest.mark.ledger("RRS-04/P")
def test_rrs_has_a_folder_for_all_and_one_of_the_cps_own() -> None:
    assert folders.known("RRS", "CABC001") == ("/COMMON", "/CABC")


@pytest.mark.ledger("ECP-20/P", "ECP-21/P")
def test_ecp_distributes_in_two_folders() -> None:
    assert folders.known("ECP", "hkidr1") == (
        "/download/HBCNMAPP",
        "/download/HBCNRFPR",
    )


@pytest.mark.ledger("RRS-04/P")
def test_keys_and_submissions_are_no_download_folders() -> None:
    found = folders.below("/", ["COMMON", "KEY_MANAGEMENT", "CABC", "submission"])
    assert found == ["/CABC", "/COMMON"]


def test_an_unknown_folder_is_one_too() -> None:
    assert folders.below("/download", ["NEW_THING"]) == ["/download/NEW_THING"]


@pytest.mark.parametrize(
    ("platform", "folder", "depth"),
    [("ECP", "/download", 0), ("RAP", "/download/A/B", 2), ("RRS", "/COMMON", 1)],
)
def test_depth_is_counted_from_the_root(platform: str, folder: str, depth: int) -> None:
    assert folders.depth(platform, folder) == depth

"""The catalogue against the guide's tables, written out here by hand."""

import pytest

from transfers.spec import catalogue
from transfers.spec.estimates import upload_seconds


@pytest.mark.ledger("ECP-01/P")
def test_the_three_menus_and_their_file_ids() -> None:
    assert [(menu.title, menu.file_ids) for menu in catalogue.MENUS] == [
        ("BCAN-CID Mapping File for HKIDR", ("HBCNMAPP",)),
        (
            "Aggregated Transaction and BCAN Change Reports",
            ("HBCNATBN", "HBCNBCBN"),
        ),
        (
            "BCAN Change for LP Quote, BCAN Error and Off-exchange Trade BCAN "
            "(Buy-Side) Reports",
            ("HBCNLQBN", "HBCNERBN", "HBCNOTBN"),
        ),
    ]


@pytest.mark.ledger("ECP-02/P")
def test_the_folders() -> None:
    assert {e.file_id: e.folder for e in catalogue.ENTRIES} == {
        "HBCNMAPP": "/submission/HBCNMAPP",
        "HBCNATBN": "/submission/HBCNRFELR",
        "HBCNBCBN": "/submission/HBCNRFELR",
        "HBCNLQBN": "/submission/HBCNRFEO",
        "HBCNERBN": "/submission/HBCNRFEO",
        "HBCNOTBN": "/submission/HBCNRFEO",
    }


@pytest.mark.ledger("ECP-19/P")
def test_the_names() -> None:
    assert {e.file_id: e.name for e in catalogue.ENTRIES} == {
        "HBCNMAPP": "BCAN-CID Mapping File",
        "HBCNATBN": "Aggregated Transaction Report",
        "HBCNBCBN": "BCAN Change Report",
        "HBCNLQBN": "BCAN Change for LP Quote Report",
        "HBCNERBN": "BCAN Error Report",
        "HBCNOTBN": "Off-exchange Trade BCAN (Buy-side) Report",
    }


def test_who_a_file_is_for() -> None:
    firms = [e.file_id for e in catalogue.ENTRIES if e.kind_words == "Firm ID"]
    assert firms == ["HBCNLQBN", "HBCNERBN", "HBCNOTBN"]


@pytest.mark.ledger("ECP-18")
def test_the_estimate_is_the_guides() -> None:
    assert upload_seconds(10_000_000, 1_000_000) == 90  # 10 MB: 1.5 minutes on 1 Mb
    assert upload_seconds(84_200_000, 10_000_000) == pytest.approx(75.78)

"""File IDs, folders, titles and limits as the guide prints them."""

import pytest

from sandbox.catalogue import FILE_IDS, size_limit, subject_of


@pytest.mark.ledger("ECP-19/S")
@pytest.mark.parametrize(
    ("file_id", "title"),
    [
        ("HBCNMAPP", "BCAN-CID Mapping File"),
        ("HBCNATBN", "Aggregated Transaction Report"),
        ("HBCNBCBN", "BCAN Change Report"),
        ("HBCNLQBN", "BCAN Change for LP Quote Report"),
        ("HBCNERBN", "BCAN Error Report"),
        ("HBCNOTBN", "Off-exchange Trade BCAN (Buy-side) Report"),
    ],
)
def test_a_file_id_has_the_guides_title(file_id: str, title: str) -> None:
    assert FILE_IDS[file_id].title == title


@pytest.mark.ledger("ECP-07/S")
@pytest.mark.parametrize(
    ("file_id", "megabytes"),
    [
        ("HBCNMAPP", 700),
        ("HBCNATBN", 100),
        ("HBCNBCBN", 100),
        ("HBCNLQBN", 100),
        ("HBCNERBN", 100),
        ("HBCNOTBN", 100),
    ],
)
def test_a_file_id_has_its_production_limit(file_id: str, megabytes: int) -> None:
    assert size_limit(file_id, "production") == megabytes * 1_000_000


@pytest.mark.ledger("ECP-07/S")
@pytest.mark.parametrize("file_id", sorted(FILE_IDS))
def test_every_file_id_has_one_megabyte_in_the_end_to_end_test(file_id: str) -> None:
    assert size_limit(file_id, "e2e") == 1_000_000


@pytest.mark.ledger("ECP-26/S")
@pytest.mark.parametrize(
    ("file_id", "subject"),
    [
        ("HBCNMPRP", "BCAN-CID Response File"),
        ("HBCNRSLT", "BCAN-CID Process Result File"),
        ("HBCNFIMG", "BCAN Full Image File"),
        ("HBCNATRP", "Aggregated Transaction Report Response File"),
        ("HBCNATRSLT", "Aggregated Transaction Report Result File"),
        ("HBCNLQRP", "BCAN Change for LP Quote Report Response File"),
        ("HBCNLQRSLT", "BCAN Change for LP Quote Report Result File"),
        ("HBCNLQRSLSLT", "BCAN Change for LP Quote Report Result File"),
        ("HBCNOTRSLT", "Off-exchange Trade BCAN (Buy-side) Report Result File"),
        ("SOMETHING", ""),
    ],
)
def test_a_distributed_file_has_the_guides_subject(file_id: str, subject: str) -> None:
    assert subject_of(f"{file_id}_AAA000_20260302.zip") == subject

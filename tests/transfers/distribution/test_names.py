"""What names say: File ID, subject, identity; and that no name is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.distribution import names
from transfers.spec import catalogue

SUBJECTS = [
    ("HBCNMPRP", "BCAN-CID Response File"),
    ("HBCNRSLT", "BCAN-CID Process Result File"),
    ("HBCNFIMG", "BCAN Full Image File"),
    ("HBCNATRP", "Aggregated Transaction Report Response File"),
    ("HBCNATRSLT", "Aggregated Transaction Report Result File"),
    ("HBCNBCRP", "BCAN Change Report Response File"),
    ("HBCNBCRSLT", "BCAN Change Report Result File"),
    ("HBCNLQRP", "BCAN Change for LP Quote Report Response File"),
    ("HBCNLQRSLT", "BCAN Change for LP Quote Report Result File"),
    ("HBCNERRP", "BCAN Error Report Response File"),
    ("HBCNERRSLT", "BCAN Error Report Result File"),
    ("HBCNOTRP", "Off-exchange Trade BCAN (Buy-side) Report Response File"),
    ("HBCNOTRSLT", "Off-exchange Trade BCAN (Buy-side) Report Result File"),
]


@pytest.mark.ledger("ECP-20/P", "ECP-21/P", "ECP-26/P")
@pytest.mark.parametrize(("file_id", "subject"), SUBJECTS)
def test_a_file_of_ecp_has_the_guides_subject(file_id: str, subject: str) -> None:
    told = names.told_by("ECP", f"{file_id}_AAA000_20261120.zip")
    assert (told.file_id, told.subject) == (file_id, subject)


@pytest.mark.ledger("ECP-21/P")
def test_the_guides_own_spelling_is_the_same_file_id() -> None:
    told = names.told_by("ECP", "HBCNLQRSLSLT_00000_20261120.csv")
    assert told.file_id == "HBCNLQRSLT"
    assert told.subject == "BCAN Change for LP Quote Report Result File"


def test_every_submission_is_answered_by_its_own_files() -> None:
    answered = [names.answers_to(one) for one in catalogue.FILE_IDS]
    assert frozenset.union(*answered) == frozenset(names.KINDS)
    assert sum(map(len, answered)) == len(names.KINDS)
    assert names.answers_to("HBCNMAPP") == {"HBCNMPRP", "HBCNRSLT", "HBCNFIMG"}


@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_an_unknown_name_says_nothing(platform: str) -> None:
    assert names.told_by(platform, "letter to all.pdf") == names.Told()


@pytest.mark.parametrize(
    ("name", "file_id"),
    [
        ("TP001_CABC_20261120.csv", "TP001"),
        ("tp001.txt", "TP001"),
        ("RX_AUDIT_20261120.zip", "RX_AUDIT"),
        ("TP0012345.csv", ""),
    ],
)
def test_a_report_is_known_by_how_its_name_begins(name: str, file_id: str) -> None:
    assert names.told_by("RAP", name).file_id == file_id


@pytest.mark.parametrize("name", ["RPI03_1905.csv", "rpi99.txt"])
def test_intraday_margin_reports_are_known_by_their_first_letters(name: str) -> None:
    assert names.told_by("RRS", name).is_intraday
    assert not names.told_by("RRS", f"X{name}").is_intraday


def test_what_counts_as_intraday_is_a_setting() -> None:
    assert names.told_by("RAP", "MRG01.csv", ["MRG"]).is_intraday
    assert not names.told_by("RAP", "RPI01.csv", ["MRG"]).is_intraday


def test_the_identity_is_a_word_of_the_name() -> None:
    codes = ["AAA000", "AAA00", "BBB111"]
    assert names.code_in("HBCNATRP_AAA000_20261120.csv", codes) == "AAA000"


def test_of_two_identities_in_a_name_neither_is_guessed() -> None:
    assert names.code_in("HBCNATRP_AAA000_BBB111.csv", ["AAA000", "BBB111"]) == ""


@given(st.text(max_size=400), st.sampled_from(["ECP", "RAP", "RRS"]))
def test_any_name_is_read_without_an_error(name: str, platform: str) -> None:
    told = names.told_by(platform, name)
    assert len(told.file_id) <= 20
    assert len(told.subject) <= 80
    assert names.code_in(name, ["AAA000"]) in ("", "AAA000")
    assert all(len(day) == 8 for day in names.days_in(name))

"""The names of SFTP accounts, and of their key files."""

import pytest

from keys.login_ids import key_file_name, login_id_fault, login_ids


@pytest.mark.ledger("RAP-01/P")
def test_rap_assigns_four_accounts_of_the_customer_code() -> None:
    assert login_ids("RAP", "CXYZ") == ("DCXYZ001", "DCXYZ002", "DCXYZ003", "DCXYZ004")


@pytest.mark.ledger("RRS-01/P")
def test_rrs_assigns_two_accounts_of_the_customer_code() -> None:
    assert login_ids("RRS", "CXYZ") == ("CXYZ001", "CXYZ002")


@pytest.mark.parametrize("code", ["", "cxyz", "DXYZ", "CXYZ1", "CXY"])
def test_what_is_no_customer_code_gives_no_accounts(code: str) -> None:
    with pytest.raises(ValueError, match="no login IDs"):
        login_ids("RAP", code)


@pytest.mark.ledger("RAP-01/P")
@pytest.mark.parametrize(
    "login_id", ["dcxyz001", "DCXYZ005", "DCXYZ000", "CXYZ001", "DCXYZ01", "DCXYZ001 "]
)
def test_other_names_are_refused_at_rap(login_id: str) -> None:
    assert "DCXYZ001 to DCXYZ004" in str(login_id_fault("RAP", login_id))


@pytest.mark.ledger("RRS-01/P")
@pytest.mark.parametrize("login_id", ["cxyz001", "CXYZ003", "DCXYZ001", ""])
def test_other_names_are_refused_at_rrs(login_id: str) -> None:
    assert "CXYZ001 to CXYZ002" in str(login_id_fault("RRS", login_id))


@pytest.mark.ledger("RAP-01/P", "RRS-01/P")
def test_the_right_names_pass() -> None:
    assert login_id_fault("RAP", "DCXYZ004") is None
    assert login_id_fault("RRS", "CXYZ002") is None
    assert login_id_fault("ECP", "ops.alpha@example") is None


@pytest.mark.parametrize("login_id", ["", "two words", "x" * 81, "née"])
def test_ecp_takes_any_name_without_blanks(login_id: str) -> None:
    assert "1 to 80" in str(login_id_fault("ECP", login_id))


@pytest.mark.ledger("RAP-02/P", "RRS-02/P")
def test_a_key_file_is_named_after_its_account() -> None:
    assert key_file_name("DCXYZ001") == "DCXYZ001.pub"
    assert key_file_name("CXYZ001") == "CXYZ001.pub"


@pytest.mark.ledger("ECP-40/P")
def test_a_key_file_name_stays_within_the_rule_of_ecp() -> None:
    assert key_file_name("ops+alpha/1") == "ops_alpha_1.pub"
    with pytest.raises(ValueError, match="129"):
        key_file_name("x" * 125)

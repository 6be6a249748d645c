"""The shapes of codes, and what the models say of wrong ones."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.people import codes
from portal.people.models import Identity, IdentityKind, Participant


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ce_number", "AAA000"),
        ("firm_id", "00000"),
        ("dcass_customer_code", "CXYZ"),
        ("company_id", "HARBOUR01"),
    ],
)
def test_the_codes_of_the_guides_are_right(kind: str, code: str) -> None:
    assert codes.fault_of_identity(kind, code) is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ce_number", "aaa000"),
        ("ce_number", "AAA0001"),
        ("ce_number", "AAA٠٠٠"),
        ("ce_number", "AAA000\n"),
        ("firm_id", "12A"),
        ("firm_id", ""),
        ("dcass_customer_code", "XYZ1"),
        ("dcass_customer_code", "CXY"),
        ("company_id", "two words"),
    ],
)
def test_a_wrong_code_is_answered_with_its_rule(kind: str, code: str) -> None:
    fault = codes.fault_of_identity(kind, code)
    assert fault is not None
    assert "is not right." in fault


@given(st.text())
def test_whatever_passes_as_ce_number_is_six_ascii_characters(code: str) -> None:
    if codes.fault_of_identity("ce_number", code) is None:
        assert len(code) == 6
        assert code.isascii()


def test_an_identity_says_which_rule_its_code_breaks(participant: Participant) -> None:
    identity = Identity(
        participant=participant, kind=IdentityKind.CE_NUMBER, code="00000"
    )
    with pytest.raises(ValidationError, match="three capital letters"):
        identity.full_clean()


def test_an_unknown_kind_is_refused_by_its_field(participant: Participant) -> None:
    with pytest.raises(ValidationError, match="not a valid choice"):
        Identity(participant=participant, kind="passport", code="1").full_clean()


def test_a_participant_is_of_some_kind(db: None) -> None:
    with pytest.raises(ValidationError, match="an EP, a non-EP RRI, a CP"):
        Participant(code="CP00011", name="Nobody").full_clean()


def test_a_participants_code_is_capitals_and_digits(db: None) -> None:
    with pytest.raises(ValidationError, match="capital letters and digits"):
        Participant(code="cp-11", name="Nobody", is_ep=True).full_clean()

"""Adding an account: a login ID as HKEX gives it, for one's own identities."""

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.people.models import Identity
from tests.keys.views import builders

ADD = "/p/CP00010/keys/add/"


def given(platform: str, login_id: str, *identities: Identity) -> dict[str, object]:
    return {
        "facility": str(builders.facility(platform).pk),
        "login_id": login_id,
        "identities": [str(one.pk) for one in identities],
    }


def test_it_is_there_with_its_identities(
    by_charlie: Client, ce_number: Identity
) -> None:
    answer = by_charlie.post(ADD, given("ECP", "hkidr.new", ce_number))
    made = SftpAccount.objects.get(login_id="hkidr.new")
    assert answer["Location"] == f"/p/CP00010/keys/accounts/{made.pk}/"
    assert list(made.identities.all()) == [ce_number]


@pytest.mark.ledger("RAP-01/P", "RRS-01/P")
@pytest.mark.parametrize(
    ("platform", "login_id"),
    [("RAP", "dcxyz001"), ("RAP", "DCXYZ005"), ("RRS", "CXYZ003"), ("ECP", "a b")],
)
def test_a_login_id_of_another_form_is_refused(
    by_charlie: Client, ce_number: Identity, platform: str, login_id: str
) -> None:
    answer = by_charlie.post(ADD, given(platform, login_id, ce_number))
    assert answer.status_code == 422
    assert not SftpAccount.objects.exists()


@pytest.mark.ledger("ECP-57", "ECP-77")
def test_a_wings_only_identity_has_no_account(
    by_charlie: Client, ce_number: Identity
) -> None:
    Identity.objects.filter(pk=ce_number.pk).update(wings_only=True)
    answer = by_charlie.post(ADD, given("ECP", "hkidr.new", ce_number))
    assert "has no SFTP" in answer.content.decode()
    assert not SftpAccount.objects.exists()

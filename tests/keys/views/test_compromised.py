"""A compromised key: asked first, then marked, and replaced as its platform has it."""

import datetime as dt

import pytest
from django.test import Client

from keys.models import KeyRenewal, SftpAccount, SshKey
from portal import clock
from portal.people.models import Participant
from tests.keys.views import builders


def address(key: SshKey) -> str:
    return f"/p/CP00010/keys/key/{key.pk}/compromised/"


def old_key(of: SftpAccount) -> SshKey:
    return builders.registered(of, clock.today() - dt.timedelta(100))


def test_it_asks_first(by_charlie: Client, ecp: SftpAccount) -> None:
    key = old_key(ecp)
    assert "cannot be taken back" in by_charlie.get(address(key)).content.decode()
    key.refresh_from_db()
    assert key.compromised_on is None


@pytest.mark.ledger("ECP-67")
def test_at_ecp_a_renewal_starts_at_once_and_the_account_is_marked(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    key = old_key(ecp)
    text = by_charlie.post(address(key), follow=True).content.decode()
    assert KeyRenewal.objects.get().reason == "compromised"
    assert f"A key of {ecp.login_id} is compromised" in text


@pytest.mark.ledger("RAP-23")
@pytest.mark.parametrize("platform", ["RAP", "RRS"])
def test_elsewhere_it_leads_to_a_new_registration(
    by_charlie: Client, participant: Participant, platform: str
) -> None:
    key = old_key(builders.account(participant, platform))
    text = by_charlie.post(address(key), follow=True).content.decode()
    assert "register it with HKEX at once" in text
    assert "would leave it valid for up to 14 days" in text
    assert not KeyRenewal.objects.exists()

"""Making a key: the size that the platform takes, and then its registration."""

import pytest
from django.test import Client

from keys.models import SftpAccount, SshKey
from portal.activity.models import Activity
from portal.people.models import Participant
from tests.keys.views import builders


def test_a_made_key_leads_to_its_registration(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    answer = by_charlie.post(f"{page}make/", {"bits": "2048"})
    key = SshKey.objects.get(account=ecp)
    assert answer["Location"] == f"/p/CP00010/keys/key/{key.pk}/register/"
    assert key.bits == 2048


def test_it_is_recorded_under_the_person(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    by_charlie.post(f"{page}make/", {"bits": "2048"})
    row = Activity.objects.order_by("-seq").first()
    assert row is not None
    assert row.description.startswith("Make key [")
    assert str(row.user) == "charlie"


@pytest.mark.ledger("RRS-02/P", "RAP-02/P")
@pytest.mark.parametrize(
    ("platform", "bits"), [("RRS", "4096"), ("RAP", "3072"), ("ECP", "1024")]
)
def test_a_size_that_the_platform_refuses_makes_nothing(
    by_charlie: Client, participant: Participant, platform: str, bits: str
) -> None:
    at = builders.account(participant, platform)
    answer = by_charlie.post(f"/p/CP00010/keys/accounts/{at.pk}/make/", {"bits": bits})
    assert answer.status_code == 422
    assert "No key was made" in answer.content.decode()
    assert not SshKey.objects.exists()

"""Every address of FINI by somebody who may do everything, and sends nonsense."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.people.models import Membership, Participant, User
from tests.objects import arguments
from tests.test_every_url import ADDRESSES, Address

FIELDS = (
    *("after", "bank", "before", "code", "company_id", "confirm", "ends_on"),
    *("environment", "file", "firm_id", "flow", "found", "id_type", "ipo", "ipo_id"),
    *("jurisdiction", "kind", "label", "leave_out", "name_chinese", "name_english"),
    *("number", "only", "own_ref", "profile", "q", "quantity", "reason", "reject"),
    *("rest", "seen", "shown", "status", "text", "total", "wanted", "which"),
    *("agent_issuer", "machine_uuid", "column-ownRef", "column-idNum"),
)
NONSENSE = (
    *("\0", "20|\0", "²", "9" * 30, "1~99999999999", "9999-12-31", "0001-01-01", "x.1"),
    *("\N{RIGHT-TO-LEFT OVERRIDE}<b>", "{0}%s", "x" * 5_000, "[" * 3_000),
    '{"keys": [{"kty": 5, "n": [], "e": {}, "exp": 1e400}]}',
)
OURS = [address for address in ADDRESSES if address.name.startswith("fini_")]


@pytest.fixture
def user(participant: Participant) -> User:
    found = User.objects.create(username="all")
    roles = ("is_operator", "is_approver", "is_admin", "is_compliance")
    Membership.objects.create(
        user=found, participant=participant, **dict.fromkeys(roles, True)
    )
    return found


@pytest.mark.parametrize("address", OURS, ids=[address.name for address in OURS])
def test_no_nonsense_is_an_error_of_the_portal(
    address: Address, user: User, participant: Participant
) -> None:
    made = arguments(address.name, user, participant)
    url = reverse(address.name, kwargs={"participant": participant.code, **made})
    client = Client(raise_request_exception=False)
    client.force_login(user)
    broken = []
    for text in NONSENSE:
        sent: dict[str, Any] = dict.fromkeys(FIELDS, text)
        for answer in (client.get(url, sent), client.post(url, sent)):
            if answer.status_code >= 500:
                broken.append((answer.request["REQUEST_METHOD"], text[:40]))
    assert broken == []

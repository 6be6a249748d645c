"""Comparing an IPO with FINI, on its pages."""

import pytest
from django.test import Client
from django.urls import reverse

from fini.models import Profile, Reconciliation
from portal.people.models import Identity, Participant, User
from tests.fini import batch_builders
from tests.fini import sending_builders as builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(participant: Participant, firm_id: Identity) -> Profile:
    return batch_builders.profile(participant)


def get(user: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=["CP00010", *args])).content.decode()


def ask(user: User, ipo_id: str) -> int:
    client = Client()
    client.force_login(user)
    address = reverse("fini_reconcile_ask", args=["CP00010"])
    return client.post(address, {"ipo_id": ipo_id}).status_code


def test_an_operator_asks_and_the_page_says_that_it_is_compared(
    profile: Profile, alice: User
) -> None:
    assert ask(alice, "1234") == 302
    row = Reconciliation.objects.get()
    assert (row.ipo_id, row.asked_by) == ("1234", alice)
    assert "Comparing" in get(alice, "fini_reconciliation", row.pk)


def test_an_ipo_that_is_not_listed_is_not_asked_for(
    profile: Profile, alice: User
) -> None:
    ask(alice, "9999")
    assert not Reconciliation.objects.exists()


def test_compliance_reads_and_does_not_ask(profile: Profile, dora: User) -> None:
    assert ask(dora, "1234") == 403
    assert "Nothing was compared yet" in get(dora, "fini_reconcile")


def test_an_ipo_is_chosen_by_what_it_is_called(profile: Profile, alice: User) -> None:
    called = {"stkNameEng": "Harbour Limited"}
    batch_builders.ipo(profile, "1235", reference=called, is_listed=False)
    page = get(alice, "fini_reconcile")
    assert '<option value="1235">1235, stock 9988, Harbour Limited</option>' in page
    assert page.index('value="1234"') < page.index('value="1235"')


def test_differences_are_shown(profile: Profile, alice: User) -> None:
    line = {"own_ref": "CL-7", "record_id": "7A", "quantity": 9, "status": "3"}
    totals = {"ours": 0, "theirs": 1, "alike": 0, "only_theirs": 1}
    row = builders.reconciliation(
        *(profile, alice),
        ended_at=profile.created_at,
        totals=totals,
        differences={"only_theirs": [line]},
    )
    shown = get(alice, "fini_reconciliation", row.pk)
    assert "Only at FINI" in shown
    assert "CL-7" in shown
    assert "Differs" in get(alice, "fini_reconcile")

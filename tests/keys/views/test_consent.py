"""The declaration of client consent: recorded once, by an administrator."""

import pytest
from django.test import Client

from keys.models import Consent
from portal import clock
from portal.people.models import User
from tests.keys.views.conftest import Browser

HERE = "/p/CP00010/keys/consent/"


def said(**changes: str) -> dict[str, str]:
    return {"declared_on": str(clock.today()), "declared_by": "W. M. Lau", **changes}


@pytest.mark.ledger("ECP-10/P")
def test_it_is_recorded_with_who_and_when(by_charlie: Client, charlie: User) -> None:
    by_charlie.post(f"{HERE}record/", said())
    row = Consent.objects.get()
    assert (row.declared_by, row.recorded_by) == ("W. M. Lau", charlie)
    page = by_charlie.get(HERE).content.decode()
    assert "W. M. Lau" in page
    assert "charlie" in page
    assert "Record the declaration" not in page


@pytest.mark.ledger("ECP-10/P")
def test_it_is_recorded_once(by_charlie: Client) -> None:
    by_charlie.post(f"{HERE}record/", said())
    answer = by_charlie.post(f"{HERE}record/", said(declared_by="Somebody else"))
    assert answer.status_code == 422
    assert "recorded already" in answer.content.decode()
    assert Consent.objects.get().declared_by == "W. M. Lau"


@pytest.mark.parametrize(
    "changes",
    [
        {"declared_by": " "},
        {"declared_by": "x" * 121},
        {"declared_on": "2999-01-01"},
        {"declared_on": "yesterday"},
    ],
)
def test_what_makes_no_sense_is_not_recorded(
    by_charlie: Client, changes: dict[str, str]
) -> None:
    assert by_charlie.post(f"{HERE}record/", said(**changes)).status_code == 422
    assert not Consent.objects.exists()


def test_an_operator_reads_and_does_not_record(browser: Browser, alice: User) -> None:
    by_alice = browser(alice)
    assert "Not declared yet" in by_alice.get(HERE).content.decode()
    assert by_alice.post(f"{HERE}record/", said()).status_code == 403

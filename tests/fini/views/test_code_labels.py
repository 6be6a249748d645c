"""An administrator names codes; everybody reads how sure a meaning is."""

import pytest
from django.test import Client

from fini.models import CodeLabel
from portal.activity.models import Activity
from portal.people.models import User
from tests.fini.conftest import Browser

pytestmark = pytest.mark.django_db
LABELS = "/p/CP00010/fini/ipos/labels/"


def name(client: Client, code: str, label: str, kind: str = "ipo_status") -> int:
    given = {"kind": kind, "code": code, "label": label}
    return client.post(f"{LABELS}name/", given).status_code


def test_a_label_is_stored_and_recorded(by_charlie: Client) -> None:
    assert name(by_charlie, "30", "Open") == 302
    assert 'value="Open"' in by_charlie.get(LABELS).content.decode()
    told = Activity.objects.latest("seq").description
    assert told == "Call Status of an IPO [30] [Open]"


def test_an_empty_label_takes_it_back(by_charlie: Client) -> None:
    name(by_charlie, "30", "Open")
    name(by_charlie, "30", "")
    assert not CodeLabel.objects.exists()


@pytest.mark.parametrize(
    ("kind", "code", "label"),
    [
        ("colour", "30", "Open"),
        ("ipo_status", "", "Open"),
        ("ipo_status", "<b>", "Open"),
        ("ipo_status", "30", "x" * 81),
    ],
)
def test_what_is_no_code_or_label_is_refused(
    by_charlie: Client, kind: str, code: str, label: str
) -> None:
    assert name(by_charlie, code, label, kind) == 422
    assert not CodeLabel.objects.exists()


def test_only_an_administrator_names_them(browser: Browser, alice: User) -> None:
    assert name(browser(alice), "30", "Open") == 403
    assert "Printed by HKEX without a meaning" in (
        browser(alice).get(LABELS).content.decode()
    )

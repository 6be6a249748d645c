"""No day that a person can write in an address or a form breaks a page."""

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client

import keys.forms
import keys.site_forms
import portal.tradingdays.forms
import transfers.expected_forms
import transfers.fetch_forms
import transfers.forms
import transfers.keeping_forms
from portal.people.models import Participant, User
from tests.transfers import keeping_builders
from tests.transfers.corner_builders import kept

MODULES: tuple[ModuleType, ...] = (
    keys.forms,
    keys.site_forms,
    portal.tradingdays.forms,
    transfers.expected_forms,
    transfers.fetch_forms,
    transfers.forms,
    transfers.keeping_forms,
)
DAYS = (
    "0001-01-01",
    "1999-12-31",
    "2000-01-01",
    "2099-12-31",
    "2100-01-01",
    "9999-12-31",
    "2024-02-30",
    "٢٠٢٤-٠١-٠١",
    "\x00",
)
P = "/p/CP00010"
# Every address that takes a day, a moment or the key of a page.
ADDRESSES = (
    f"{P}/downloads/?from={{}}",
    f"{P}/downloads/?to={{}}",
    f"{P}/expected/?day={{}}",
    f"{P}/submissions/?day={{}}",
    f"{P}/submissions/?after={{}}T00:00%2B08:00~6f9619ff-8b86-d011-b42d-00c04fc964ff",
    f"{P}/activity/?from={{}}&to=",
    f"{P}/activity/?from=&to={{}}",
    f"{P}/activity/export/?from=&to={{}}",
)


def fields() -> Iterator[tuple[str, forms.Field]]:
    for module in MODULES:
        for name, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                for key, field in form.base_fields.items():  # type: ignore[attr-defined]
                    if isinstance(field, forms.DateField | forms.DateTimeField):
                        yield f"{module.__name__}.{name}.{key}", field


FIELDS = dict(fields())


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01"])
def test_every_field_of_a_day_has_its_ends(name: str, day: str) -> None:
    field = FIELDS[name]
    time = " 12:00" if isinstance(field, forms.DateTimeField) else ""
    with pytest.raises(ValidationError, match="2099-12-31"):
        field.clean(day + time)


def test_the_fields_of_days_were_found() -> None:
    assert len(FIELDS) >= 8


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("day", DAYS)
def test_no_day_breaks_a_page(
    client: Client, charlie: User, participant: Participant, address: str, day: str
) -> None:
    kept(participant)
    client.force_login(charlie)
    assert client.get(address.format(day)).status_code in (200, 400, 422)


@pytest.mark.parametrize("day", DAYS)
def test_no_day_breaks_the_hand_overs_of_a_rule(
    client: Client, charlie: User, participant: Participant, day: str
) -> None:
    rule = keeping_builders.rule(charlie, participant)
    client.force_login(charlie)
    after = f"{day}T00:00+08:00_{rule.pk}"
    page = f"{P}/hand-over/{rule.pk}/"
    assert client.get(page, {"after": after}).status_code == 200


@pytest.fixture
def site_mak(db: None) -> User:
    return User.objects.create_user("site.mak", is_site_admin=True)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("kind", ["closed", "half-day"])
def test_no_day_breaks_the_trading_days(
    client: Client, site_mak: User, day: str, kind: str
) -> None:
    client.force_login(site_mak)
    query = {"day": day, "kind": kind, "year": day[:4]}
    for page in ("", "effect/"):
        answer = client.get(f"/site/trading-days/{page}", query)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "keys", ["older=1", "newer=1", "older=1&newer=1", f"older={2**63 - 1}&newer=1"]
)
@pytest.mark.parametrize("number", [0, 1, 12])
def test_no_key_of_a_page_breaks_the_corner(
    client: Client, alice: User, participant: Participant, keys: str, number: int
) -> None:
    for _ in range(number):
        kept(participant)
    client.force_login(alice)
    assert client.get(f"{P}/downloads/?{keys}").status_code == 200

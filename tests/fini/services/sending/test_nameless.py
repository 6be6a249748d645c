"""What is kept of entries without an own reference: no person, and not without end."""

from typing import Any

import pytest

from fini.models import EipoSubscription, Profile
from fini.services.sending import nameless
from fini.services.sending.nameless import Nameless
from fini.wire import records
from tests.fini import people_builders as people
from tests.fini.people_builders import CHAN, TAM

pytestmark = pytest.mark.django_db


def entry(record_id: str, number: str = "", quantity: str = "1000") -> Any:
    person = {"idType": "1", "idCountryJurisdiction": "HKG", "idNum": number}
    told = {"recordID": record_id, "appQuantity": quantity, "subFlowStatus": "3"}
    return records.subscription({**told, "idList": [person]})


@pytest.fixture
def row(profile: Profile) -> EipoSubscription:
    return people.record(people.batch(profile.participant), CHAN)


def test_those_with_our_document_are_known_and_come_first(
    row: EipoSubscription,
) -> None:
    found = Nameless([row])
    found.add(entry("7A", TAM.number))
    found.add(entry("8A", "a123456 (3)"))
    kept = [(one["record_id"], one["rows"]) for one in found.kept()]
    assert kept == [("8A", [row.row]), ("7A", [])]


def test_nothing_of_a_person_is_kept(row: EipoSubscription) -> None:
    found = Nameless([row])
    found.add(entry("7A", CHAN.number))
    assert found.kept() == [
        {
            "ipo_id": row.ipo_id,
            "record_id": "7A",
            "quantity": 1000,
            "status": "3",
            "rows": [row.row],
        }
    ]


def test_another_quantity_is_none_of_ours(row: EipoSubscription) -> None:
    found = Nameless([row])
    found.add(entry("7A", CHAN.number, quantity="999"))
    assert found.kept() == []
    assert not found.may_be(row)


def test_an_entry_without_a_quantity_may_be_any(row: EipoSubscription) -> None:
    found = Nameless([row])
    found.add(entry("7A", quantity=""))
    assert found.may_be(row)
    assert len(found.kept()) == 1


def test_a_list_without_references_is_kept_in_bounds(row: EipoSubscription) -> None:
    found = Nameless([row])
    for number in range(2 * nameless.MOST_KEPT):
        found.add(entry(f"{number}A"))
    found.add(entry("8A", CHAN.number))
    assert len(found.kept()) == nameless.MOST_KEPT + 1
    assert found.kept()[0]["record_id"] == "8A"

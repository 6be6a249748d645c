"""Finding records by a number: recorded without it, and of one's own alone."""

import pytest

from fini.refusals import Refusal
from fini.selectors import people as selectors
from fini.services import searches
from portal import clock
from portal.activity.models import Activity, Kind, Status
from portal.people.guards import Acting
from portal.people.models import Participant
from tests.fini import people_builders as people


def search(acting: Acting, number: str = "A123456(3)", *types: str) -> list[bytes]:
    return searches.search(types or ("1",), "hkg", number, acting, clock.now())


def found(participant: Participant, hashes: list[bytes], after: str = "") -> list[str]:
    page = selectors.found(participant, hashes, after)
    return [line.row.own_ref for line in page.lines]


def test_a_document_is_found_however_it_is_written(
    participant: Participant, as_dora: Acting
) -> None:
    batch = people.batch(participant)
    record = people.record(batch)
    people.record(batch, people.TAM)
    assert found(participant, search(as_dora, " a123456 3")) == [record.own_ref]


def test_another_type_of_document_is_another_document(
    participant: Participant, as_dora: Acting
) -> None:
    people.record(people.batch(participant))
    assert found(participant, search(as_dora, "A123456(3)", "4")) == []
    assert found(participant, search(as_dora, "A123456(3)", "4", "1")) != []


def test_anothers_records_are_not_found(
    participant: Participant, other_participant: Participant, as_dora: Acting
) -> None:
    people.record(people.batch(other_participant))
    assert found(participant, search(as_dora)) == []


def test_a_search_is_recorded_without_the_number(
    participant: Participant, as_dora: Acting
) -> None:
    people.record(people.batch(participant))
    hashes = search(as_dora)
    entry = Activity.objects.get(kind=Kind.PERSONAL)
    assert entry.description == "Search for an identity number: [1] records"
    assert entry.user == as_dora.user
    assert hashes[0].hex() not in f"{entry.description}{entry.refs}{entry.topics}"


def test_sixty_searches_an_hour(as_dora: Acting, participant: Participant) -> None:
    for _ in range(60):
        search(as_dora)
    with pytest.raises(Refusal, match="60 times within an hour"):
        search(as_dora)
    assert Activity.objects.filter(status=Status.FAILED).count() == 1


def test_a_further_page_begins_where_the_last_one_ended(
    participant: Participant, as_dora: Acting
) -> None:
    first, second = people.batch(participant), people.batch(participant)
    all_of_them = [
        *(people.record(second).own_ref for _ in range(30)),
        *(people.record(first).own_ref for _ in range(30)),
    ]
    hashes = search(as_dora)
    page = selectors.found(participant, hashes, "")
    assert page.after == f"{first.number}.20"
    refs = [line.row.own_ref for line in page.lines]
    assert refs + found(participant, hashes, page.after) == all_of_them
    assert selectors.found(participant, hashes, page.after).after == ""


def test_a_search_that_is_carried_on_is_its_owners_alone(
    as_dora: Acting, as_charlie: Acting
) -> None:
    hashes = search(as_dora, "A123456(3)", "1", "4")
    token = searches.carried(hashes, as_dora)
    assert searches.brought(token, as_dora) == hashes
    assert hashes[0].hex() not in token
    for damaged in (token[:-4], token + "AAAA", "", "%%%", "é"):
        with pytest.raises(Refusal, match="not yours, or damaged"):
            searches.brought(damaged, as_dora)
    with pytest.raises(Refusal, match="not yours, or damaged"):
        searches.brought(token, as_charlie)

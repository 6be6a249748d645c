"""The person of a record: sealed to one row, and found by one document."""

import uuid

import pytest

from fini import persons
from fini.persons import Person, number_hash
from portal import secrets

SOMEONE = Person("1", "HKG", "A123456(3)", "Chan Tai Man", "陳大文")


def test_a_person_opens_in_the_row_it_was_sealed_for() -> None:
    row = uuid.uuid4()
    sealed = persons.seal_person(row, SOMEONE)
    assert persons.open_person(row, sealed) == SOMEONE
    assert b"A123456" not in sealed


@pytest.mark.parametrize(
    "sealed",
    [persons.seal_person(uuid.uuid4(), SOMEONE), b""],
    ids=["another's", "erased"],
)
def test_another_rows_person_and_an_erased_one_do_not_open(sealed: bytes) -> None:
    with pytest.raises(secrets.CannotOpen):
        persons.open_person(uuid.uuid4(), sealed)


def test_a_person_never_shows_in_a_repr() -> None:
    assert repr(SOMEONE) == "Person()"


def test_one_document_has_one_hash_however_it_is_written() -> None:
    assert number_hash("1", "hkg", " a123456 (3)") == number_hash(
        "1", "HKG", "A123456(3)"
    )


@pytest.mark.parametrize("other", [("2", "HKG"), ("1", "CHN")])
def test_another_type_or_country_is_another_document(other: tuple[str, str]) -> None:
    number = "A123456(3)"
    assert number_hash(*other, number) != number_hash("1", "HKG", number)

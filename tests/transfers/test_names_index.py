"""The trigram index stays in step with the names, whatever happens to the table."""

import pytest
from django.db import connection

from portal.people.models import Participant
from tests.transfers.corner_builders import seen
from transfers import names_index
from transfers.models import RetrievedFile
from transfers.selectors import corner_names
from transfers.selectors.corner_filters import Wanted, stretch


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    pass


def found(participant: Participant, *words: str) -> list[int] | None:
    wanted = Wanted(participant.pk, words=words)
    return corner_names.look_up(wanted, stretch(wanted), 100)


def test_a_name_is_found_by_each_part_of_it(participant: Participant) -> None:
    row = seen(participant, "HBCNMPRP_AAA000.zip")
    assert found(participant, "mprp_a") == [row.place]
    assert found(participant, "AAA000", "hbcn") == [row.place]
    assert found(participant, "AAA001") == []


def test_newest_first_and_upward_the_other_way(participant: Participant) -> None:
    places = [seen(participant, f"abc{n}").place for n in range(3)]
    assert found(participant, "abc") == places[::-1]


def test_a_row_that_is_removed_is_not_found(participant: Participant) -> None:
    row = seen(participant, "HBCNMPRP.zip")
    RetrievedFile.objects.filter(pk=row.pk).delete()
    assert found(participant, "HBCN") == []


def test_rows_made_many_at_once_are_found(participant: Participant) -> None:
    one = seen(participant, "seed")
    rows = [
        RetrievedFile(
            **{
                field.attname: getattr(one, field.attname)
                for field in RetrievedFile._meta.concrete_fields
                if field.name not in ("id", "place", "name")
            },
            name=f"bulk{n}",
        )
        for n in range(20)
    ]
    RetrievedFile.objects.bulk_create(rows)
    assert len(found(participant, "bulk") or []) == 20
    assert len({row.place for row in rows}) == 20


@pytest.mark.sqlite
def test_a_name_that_changes_is_found_by_the_new_one(participant: Participant) -> None:
    row = seen(participant, "before.zip")
    RetrievedFile.objects.filter(pk=row.pk).update(name="after.zip")
    assert found(participant, "before") == []
    assert found(participant, "after") == [row.place]


@pytest.mark.sqlite
def test_what_came_while_the_triggers_were_away_is_indexed_again(
    participant: Participant,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER transfers_names_added")
    row = seen(participant, "missed.zip")
    assert found(participant, "missed") == []
    names_index.install()
    assert found(participant, "missed") == [row.place]
    assert names_index.missing() == set()


@pytest.mark.sqlite
def test_installing_twice_changes_nothing(participant: Participant) -> None:
    seen(participant, "once.zip")
    names_index.install()
    names_index.install()
    assert len(found(participant, "once") or []) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        '" OR "x',
        "a OR b",
        "NEAR(a b)",
        "name:x",
        "*",
        "^abc",
        "(((",
        "%__",
        "\\\\\\",
    ],
)
def test_no_word_is_syntax(participant: Participant, hostile: str) -> None:
    seen(participant, "plain.zip")
    word = hostile.ljust(3, "!")
    assert found(participant, word) == []
    row = seen(participant, f"x{word}y")
    assert found(participant, word) == [row.place]

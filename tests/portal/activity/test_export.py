"""The CSV export: its name, header, quoting, harmlessness, and how it streams."""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncIterable, Iterator
from typing import cast

import pytest
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils.http import parse_header_parameters
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.activity import export, selectors, transaction
from portal.activity.models import Activity, Kind, Status
from portal.people.models import Participant, User
from tests.portal.activity.conftest import write

HEADER = "Time,Endpoint,Activity,Description,Status\r\n"


@pytest.fixture
def signed_in(client: Client, dora: User) -> Client:
    client.force_login(dora)
    return client


def exported(client: Client, **filters: str) -> str:
    answer = client.get(reverse("activity_export", args=["CP00010"]), filters)
    assert answer.status_code == 200
    return answer.getvalue().decode()


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.django_db
@pytest.mark.ledger("ECP-32")
def test_its_name_tells_the_hong_kong_second(signed_in: Client) -> None:
    answer = signed_in.get(reverse("activity_export", args=["CP00010"]))
    kind, given = parse_header_parameters(answer["Content-Disposition"])
    assert kind == "attachment"
    made_at = dt.datetime.strptime(given["filename"], "ECP_Activity_%Y%m%d%H%M%S.csv")
    age = clock.now() - made_at.replace(tzinfo=clock.HONG_KONG)
    assert age < dt.timedelta(seconds=60)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.django_db
@pytest.mark.ledger("ECP-32")
def test_its_header_is_the_exchange_s_to_the_byte(signed_in: Client) -> None:
    assert exported(signed_in) == HEADER


@pytest.mark.django_db
@pytest.mark.ledger("ECP-32")
def test_it_holds_what_the_query_holds_and_no_more(
    signed_in: Client, participant: Participant, other_participant: Participant
) -> None:
    write(participant, "wanted", kind=Kind.KEY, status=Status.FAILED)
    write(participant, "another kind", status=Status.FAILED)
    write(other_participant, "another's", kind=Kind.KEY, status=Status.FAILED)
    (row,) = rows(exported(signed_in, activity="Key", status="Failed"))
    assert row[1:] == ["Web", "Key", "wanted", "Failed"]


@pytest.mark.django_db
@pytest.mark.ledger("ECP-32")
def test_commas_quotes_and_lines_are_quoted(
    signed_in: Client, participant: Participant
) -> None:
    write(participant, 'a, "b"\r\nc')
    text = exported(signed_in)
    assert '"a, ""b""\r\nc"' in text
    assert rows(text)[0][3] == 'a, "b"\r\nc'


@pytest.mark.django_db
def test_no_cell_is_a_formula(signed_in: Client, participant: Participant) -> None:
    write(participant, '=HYPERLINK("http://example.test")')
    assert rows(exported(signed_in))[0][3] == '\'=HYPERLINK("http://example.test")'


@given(st.text(max_size=20))
def test_a_harmless_cell_never_begins_like_a_formula(cell: str) -> None:
    assert not export.harmless(cell).startswith(export.FORMULA)
    assert export.harmless(cell).removeprefix("'") == cell.removeprefix("'")


@pytest.mark.django_db
def test_the_export_itself_is_recorded(
    signed_in: Client, participant: Participant, dora: User
) -> None:
    write(participant)
    assert len(rows(exported(signed_in))) == 1
    row = Activity.objects.get(kind=Kind.EXPORT)
    assert row.user == dora
    assert row.description.startswith("Export [1] entries of Activity with Filename [")


@pytest.mark.django_db
def test_garbage_in_a_filter_is_a_sentence_and_records_nothing(
    signed_in: Client,
) -> None:
    answer = signed_in.get(
        reverse("activity_export", args=["CP00010"]), {"from": "=1+1"}
    )
    assert answer.status_code == 400
    assert "What stands in From is no date" in answer.content.decode()
    assert Activity.objects.count() == 0


@pytest.mark.django_db
def test_it_comes_in_pieces_with_one_query_each(
    participant: Participant,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(selectors, "CHUNK", 3)
    for number in range(7):
        write(participant, str(number))
    chain = selectors.chain_of(participant)
    with django_assert_num_queries(3):
        pieces = list(export.lines(chain, selectors.Query(), 7))
    assert len(pieces) == 4
    assert [row[3] for row in rows(b"".join(pieces).decode())] == list("6543210")


@pytest.mark.django_db
def test_entries_that_come_while_it_streams_are_not_in_it(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "CHUNK", 1)
    for number in range(3):
        write(participant, str(number))
    pieces = export.lines(selectors.chain_of(participant), selectors.Query(), 3)
    first = [next(pieces), next(pieces)]
    write(participant, "too late")
    text = b"".join([*first, *pieces]).decode()
    assert [row[3] for row in rows(text)] == ["2", "1", "0"]


def test_under_asgi_it_streams_piece_by_piece() -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield str(number).encode()

    async def first_piece() -> bytes:
        async for piece in export.CsvResponse(pieces()):
            return bytes(piece)
        return b""

    assert asyncio.run(first_piece()) == b"0"
    assert made == [0]


@pytest.mark.django_db(transaction=True)
def test_under_asgi_it_says_the_same_without_a_warning(
    participant: Participant, dora: User
) -> None:
    with transaction.atomic():
        client = AsyncClient()
        client.force_login(dora)
    write(participant, "an entry")

    async def body() -> bytes:
        address = reverse("activity_export", args=["CP00010"])
        answer = await client.get(address)
        parts = cast(AsyncIterable[bytes], answer)
        return b"".join([part async for part in parts])

    assert rows(asyncio.run(body()).decode())[0][3] == "an entry"

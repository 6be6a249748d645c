"""Canaries walk through every page and every step; nobody writes down who they are.

What a person is shown in full, for a reason, is the one place. `tests/sandbox/fini`
has the same walk with the real processes, and FINI at its end.
"""

import base64
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fini.models import Batch, EipoSubscription
from fini.persons import COLUMN, TABLE, Person
from fini.services import reading
from portal import secrets
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.fini import batch_builders, canaries
from tests.fini.batches.files import HEADING, csv_text
from tests.fini.canaries import PEOPLE, sung

REASON = "FINI asks which document it is"
CODE = "CP00010"


@dataclass
class Walk:
    """What came of the steps: each page, and each redirect's address, by its step."""

    participant: Participant
    alice: User
    bob: User
    pages: dict[str, bytes] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)

    def get(self, user: User, name: str, *args: object) -> bytes:
        address = reverse(name, args=[CODE, *args])
        return self._keep(f"GET {name}", self._as(user).get(address))

    def post(self, user: User, name: str, *args: object, **form: object) -> bytes:
        address = reverse(name, args=[CODE, *args])
        return self._keep(f"POST {name}", self._as(user).post(address, form))

    def _as(self, user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    def _keep(self, step: str, answer: Any) -> bytes:
        content = b"".join(answer.streaming_content if answer.streaming else answer)
        self.pages[f"{len(self.pages)} {step}"] = content
        self.addresses.append(answer.headers.get("Location", ""))
        return content


def lines() -> list[list[str]]:
    """Sound ones, and ones whose every cell of a person is wrong somewhere."""
    sound = [_line(f"CANARY-{at}", one) for at, one in enumerate(PEOPLE)]
    one, other, third = PEOPLE
    return [
        *sound,
        ["", "1234", "00000", "1000", one.number, "HKG", "", *_names(one)],
        ["BAD-1", "1234", "00000", one.number, "1", one.number, *_names(one), ""],
        ["BAD-2", third.number, other.number, "0", "1", "HKG", "", *_names(third)],
        ["BAD-3", "1234", "00000", "1", "1", "HKG", 5 * third.number, "x" * 201, ""],
        _line(f"REF {third.number}", third),
        _line("CANARY-0", other),  # the own reference a second time
        _line("BAD-4", one),  # the document a second time
    ]


def _line(own_ref: str, one: Person) -> list[str]:
    who = [one.id_type, one.jurisdiction, one.number, *_names(one)]
    return [own_ref, "1234", "00000", "1000", *who]


def _names(one: Person) -> list[str]:
    return [one.name_english, one.name_chinese]


def upload(walk: Walk, *rows: list[str]) -> Batch:
    content = csv_text(*rows).encode()
    sent = SimpleUploadedFile("canaries.csv", content, "text/csv")
    profile = walk.participant.fini_profiles.get().pk
    walk.post(walk.alice, "fini_batch_new", profile=str(profile), file=sent)
    return Batch.objects.order_by("-created_at").first() or Batch()


def send_by_file(walk: Walk) -> Batch:
    batch = upload(walk, HEADING, *lines())
    layout = {f"column-{name}": str(at) for at, name in enumerate(HEADING)}
    walk.get(walk.alice, "fini_batch", batch.pk)
    walk.post(walk.alice, "fini_batch_columns", batch.pk, **layout)
    reading.read(batch.pk)
    for name in ("", "_state", "_records", "_problems", "_results"):
        walk.get(walk.alice, f"fini_batch{name}", batch.pk)
    walk.post(walk.alice, "fini_batch_ask", batch.pk, leave_out="on")
    asked = Approval.objects.get(object_pk=batch.pk)
    walk.post(walk.bob, "approval_decide", asked.pk, decision="approve")
    return batch


def add_by_form(walk: Walk) -> None:
    """Once with faults, which the form shows, and once without."""
    one = PEOPLE[0]
    typed = {
        "profile": str(walk.participant.fini_profiles.get().pk),
        "ipo_id": "1234",
        "firm_id": "00000",
        "own_ref": "FORM-1",
        "quantity": "1000",
        "id_type": "1",
        "jurisdiction": "HKG",
        "number": one.number,
        "name_english": one.name_english,
        "name_chinese": one.name_chinese,
    }
    walk.post(walk.alice, "fini_record_add", **{**typed, "quantity": "none"})
    walk.post(walk.alice, "fini_record_add", **{**typed, "id_type": one.number})
    walk.post(walk.alice, "fini_record_add", **typed)


def look_for(walk: Walk) -> None:
    asked = {"id_type": "1", "jurisdiction": "HKG", "number": PEOPLE[0].number}
    walk.post(walk.bob, "fini_people", **asked)
    walk.post(walk.bob, "fini_people", **{**asked, "jurisdiction": "?"})
    walk.post(walk.bob, "fini_people", **{**asked, "number": 9 * PEOPLE[0].number})


def break_at(walk: Walk, record: EipoSubscription) -> None:
    """A defect with a canary in every frame: a person of another shape."""
    bound_to = secrets.context(TABLE, record.pk, COLUMN)
    sealed = secrets.seal(f'["{PEOPLE[0].number}"]'.encode(), bound_to)
    EipoSubscription.objects.filter(pk=record.pk).update(sealed_person=sealed)
    walk.post(walk.bob, "fini_person", record.pk, reason=REASON)


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """All that anybody logs, with every traceback."""
    root, written = logging.getLogger(), io.StringIO()
    heard, level = logging.StreamHandler(written), root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(heard)


@pytest.fixture
def walk(
    transactional_db: None,
    said: io.StringIO,
    participant: Participant,
    alice: User,
    bob: User,
) -> Walk:
    batch_builders.profile(participant)
    made = Walk(participant, alice, bob)
    batch = send_by_file(made)
    add_by_form(made)
    look_for(made)
    break_at(made, batch.subscriptions.get(own_ref="CANARY-2"))
    return made


@pytest.fixture
def shown(walk: Walk) -> bytes:
    record = EipoSubscription.objects.get(own_ref="CANARY-1")
    return walk.post(walk.bob, "fini_person", record.pk, reason=REASON)


def test_the_walk_went_all_the_way(walk: Walk, shown: bytes) -> None:
    """Or the other tests would hold nothing."""
    statuses = set(EipoSubscription.objects.values_list("status", flat=True))
    assert {"queued", "kept_back"} <= statuses
    assert EipoSubscription.objects.filter(own_ref="FORM-1").count() == 1
    assert sung(shown) >= {PEOPLE[1].number, PEOPLE[1].name_chinese}
    assert any(b"CANARY-0" in page for page in walk.pages.values())


def test_no_page_shows_who_they_are(walk: Walk) -> None:
    told = {step: sung(page) for step, page in walk.pages.items()}
    assert {step: names for step, names in told.items() if names} == {}


def test_no_address_carries_who_they_are(walk: Walk) -> None:
    assert sung("\n".join(walk.addresses)) == set()


def test_nothing_at_rest_says_who_they_are(walk: Walk, shown: bytes) -> None:
    told = {name: sung(content) for name, content in canaries.at_rest().items()}
    assert len(told) > 20
    assert {name: names for name, names in told.items() if names} == {}


def test_no_log_says_who_they_are(walk: Walk, shown: bytes, said: io.StringIO) -> None:
    assert "Internal Server Error" in said.getvalue()
    assert sung(said.getvalue()) == set()


def test_a_file_without_a_heading_is_not_kept(walk: Walk) -> None:
    """Its first row would be the titles, which stand in clear."""
    batches = Batch.objects.count()
    upload(walk, *lines()[:3])
    assert Batch.objects.count() == batches
    assert {step for step, page in walk.pages.items() if sung(page)} == set()


def test_the_search_for_canaries_finds_them() -> None:
    """In each spelling that a program might write."""
    number, chinese = PEOPLE[0].number, PEOPLE[0].name_chinese
    assert sung(f"x{number.lower()}y") == {number}
    assert sung(repr(chinese.encode("utf-16-le"))) == set()
    assert sung(chinese.encode("utf-16-le")) == {chinese}
    assert sung(f'{{"a": "{chinese!a}"}}') == {chinese}
    for before in ("", "a", "ab", "abc"):
        assert number in sung(base64.b64encode(f"{before}{number} and so on".encode()))

"""FINI's words on a record, which are kept in clear, never quote its person."""

import uuid

import pytest

from fini.models import EipoSubscription
from fini.persons import Person, names
from fini.services.sending.discretion import QUOTED, discreet
from fini.services.sending.outcome_rows import Outcome
from fini.states import SubscriptionStatus
from portal.people.models import Participant
from tests.fini import people_builders as people
from tests.fini.people_builders import CHAN, TAM


def said(pk: uuid.UUID, text: str) -> Outcome:
    return Outcome(pk, SubscriptionStatus.REFUSED, "", "411010", text)


@pytest.fixture
def record(participant: Participant) -> EipoSubscription:
    return people.record(people.batch(participant), CHAN)


@pytest.mark.parametrize(
    "text", ["idNum a123456 (3) is wrong", "no chan  tai man is known", "陳大文?"]
)
def test_words_that_quote_the_person_are_not_kept(
    record: EipoSubscription, text: str
) -> None:
    (kept,) = discreet([said(record.pk, text)])
    assert (kept.error_text, kept.error_code) == (QUOTED, "411010")


def test_words_on_many_records_quote_none_of_their_people(
    record: EipoSubscription,
) -> None:
    other = people.record(record.batch, TAM)
    text = f"{TAM.number} is wrong"
    told = discreet([said(record.pk, text), said(other.pk, text)])
    assert {one.error_text for one in told} == {QUOTED}


def test_other_words_are_kept(record: EipoSubscription) -> None:
    outcome = said(record.pk, "Cipher text format wrong")
    assert discreet([outcome]) == [outcome]


def test_an_erased_or_damaged_record_keeps_its_words(participant: Participant) -> None:
    batch = people.batch(participant)
    for sealed in (b"", b"damaged"):
        row = people.record(batch, sealed_person=sealed)
        outcome = said(row.pk, "A123456(3) is wrong")
        assert discreet([outcome]) == [outcome]


def test_a_person_without_a_name_is_named_by_nothing() -> None:
    assert not names("any words", Person("1", "HKG", "", "", ""))

"""A participant's words for codes, over the portal's."""

from typing import Any

import pytest

from fini.codes import Grade, label
from fini.models import CodeKind, CodeLabel
from fini.selectors import codes
from portal.people.models import Participant

pytestmark = pytest.mark.django_db


def named(participant: Participant, code: str, word: str) -> CodeLabel:
    return CodeLabel.objects.create(
        participant=participant, kind=CodeKind.IPO_STATUS, code=code, label=word
    )


def test_a_participants_word_is_used(participant: Participant) -> None:
    named(participant, "30", "Open for applications")
    assert label("ipo_status", "30", codes.labels(participant)) == (
        "Open for applications"
    )


def test_another_participants_word_is_not_used(
    participant: Participant, other_participant: Participant
) -> None:
    named(other_participant, "30", "Open for applications")
    assert label("ipo_status", "30", codes.labels(participant)) == "30"


def test_all_words_take_one_query(
    participant: Participant, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        codes.labels(participant)


def test_a_code_that_was_named_beyond_the_known_ones_is_listed(
    participant: Participant,
) -> None:
    named(participant, "99", "Withdrawn")
    listed = {one.code: one for one in codes.known(participant)}
    assert listed["99"].label == "Withdrawn"
    assert listed["99"].grade == Grade.OURS

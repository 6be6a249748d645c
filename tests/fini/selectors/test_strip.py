"""The strip's cells of FINI's gateway."""

import datetime as dt

import pytest

from fini.selectors import strip
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.fini.profile_builders import acting, profile

AT = dt.datetime(2026, 3, 6, 4, 0, tzinfo=dt.UTC)  # noon in Hong Kong


@pytest.fixture
def alices(alice: User, participant: Participant) -> Acting:
    return acting(alice, participant)


def test_a_gateway_that_answers_shows_its_clock(
    participant: Participant, alices: Acting
) -> None:
    profile(participant, reached_at=AT, meta_at=AT, clock_offset_ms=212)
    (cell,) = strip.cells(alices)
    assert (cell.name, cell.status, cell.word) == ("FINI gateway", "ok", "Reachable")
    assert cell.more == "clock +212 ms"


def test_a_clock_behind_ours_has_its_sign(
    participant: Participant, alices: Acting
) -> None:
    profile(participant, reached_at=AT, meta_at=AT, clock_offset_ms=-90_000)
    assert strip.cells(alices)[0].more == "clock -90,000 ms"


def test_one_that_does_not_answer_shows_since_when(
    participant: Participant, alices: Acting
) -> None:
    profile(participant, reached_at=AT, unreachable_since=AT)
    (cell,) = strip.cells(alices)
    assert (cell.status, cell.word) == ("bad", "Not reachable")
    assert cell.more == "since 12:00"


def test_before_the_first_call_nothing_is_claimed(
    participant: Participant, alices: Acting
) -> None:
    profile(participant)
    assert strip.cells(alices)[0].word == "Not tried"


def test_several_environments_are_told_apart(
    participant: Participant, alices: Acting
) -> None:
    profile(participant)
    profile(participant, environment="test")
    named = {cell.name for cell in strip.cells(alices)}
    assert len(named) == 2
    assert "FINI gateway" not in named


def test_profiles_of_others_and_those_switched_off_have_no_cell(
    participant: Participant, other_participant: Participant, alices: Acting
) -> None:
    profile(participant, is_enabled=False)
    profile(other_participant)
    assert strip.cells(alices) == []

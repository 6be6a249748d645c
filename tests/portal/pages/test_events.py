"""What changed after a seq."""

import pytest

from portal.pages import events
from portal.pages.events import Event
from portal.people.models import Participant
from tests.portal.pages.builders import happen


def test_rows_after_a_seq_are_folded_into_one_event(participant: Participant) -> None:
    happen(participant, "old")
    happen(participant, "submissions")
    happen(participant, "alerts", "submissions")
    folded = events.since(participant.pk, 1)
    assert folded == Event(3, frozenset({"alerts", "submissions"}))


def test_nothing_new_is_an_event_without_topics(participant: Participant) -> None:
    happen(participant, "old")
    assert events.since(participant.pk, 1) == Event(1, frozenset())


def test_another_participant_s_rows_stay_out(
    participant: Participant, other_participant: Participant
) -> None:
    happen(other_participant, "secret")
    assert events.since(participant.pk, 0) == Event(0, frozenset())


def test_too_many_rows_are_told_as_everything(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "REPLAY_LIMIT", 2)
    for _ in range(3):
        happen(participant, "submissions")
    assert events.since(participant.pk, 0) == Event(3, frozenset({"everything"}))


def test_a_seq_that_has_not_been_is_told_as_everything(
    participant: Participant,
) -> None:
    happen(participant, "submissions")
    assert events.since(participant.pk, 99) == Event(1, frozenset({"everything"}))


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "x", "٣", "9" * 19, "1;--"])
def test_what_is_no_seq_is_read_as_none(text: str | None) -> None:
    assert events.read_after(text) is None


def test_a_seq_is_read() -> None:
    assert events.read_after("17") == 17

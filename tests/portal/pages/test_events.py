"""What changed after a seq."""

from math import inf

import pytest

from portal import fanout
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


def test_what_was_told_without_a_seq_while_a_page_was_away_is_in_it(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(participant, "submissions")
    asked: list[float] = []

    def told(who: object, seconds: float) -> frozenset[str]:
        asked.append(seconds)
        return frozenset({"expected"})

    monkeypatch.setattr(fanout, "told_within", told)
    both = Event(1, frozenset({"expected", "submissions"}))
    assert events.since(participant.pk, 0, 40) == both
    assert events.since(participant.pk, 0) == Event(1, frozenset({"submissions"}))
    assert asked == [40]


def test_a_page_away_for_longer_than_redis_remembers_is_told_everything(
    participant: Participant,
) -> None:
    happen(participant, "submissions")
    assert events.since(participant.pk, 1, 86_401) == Event(
        1, frozenset({"everything"})
    )


def test_a_page_that_was_away_when_redis_forgot_is_told_everything(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(participant, "submissions")
    monkeypatch.setattr(fanout, "told_within", lambda *_: None)
    assert events.since(participant.pk, 1, 40) == Event(1, frozenset({"everything"}))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 0),
        ("0", 0),
        ("40", 40),
        ("", inf),
        ("-1", inf),
        ("x", inf),
        ("9" * 9, inf),
    ],
)
def test_how_long_a_page_was_away(text: str | None, seconds: float) -> None:
    assert events.read_away(text) == seconds

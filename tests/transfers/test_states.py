"""The table of moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.states import (
    CONTENT_FREE,
    IN_FLIGHT,
    MOVES,
    OPEN_AT_HKEX,
    MoveNotAllowed,
    SubmissionStatus,
    check_move,
)

S = SubmissionStatus
ANY = st.sampled_from(list(S))
ENDED = {S.ACCEPTED, S.REJECTED, S.MISMATCHED, S.FAILED, S.DECLINED, S.WITHDRAWN}


@given(before=ANY, after=ANY)
def test_only_a_move_of_the_table_passes(before: S, after: S) -> None:
    if after in MOVES.get(before, frozenset()):
        check_move(before, after)
    else:
        with pytest.raises(MoveNotAllowed):
            check_move(before, after)


@pytest.mark.parametrize("state", sorted(ENDED | {S.LAPSED}))
def test_nothing_leaves_a_state_that_has_ended(state: S) -> None:
    assert state not in MOVES


def test_an_unconfirmed_one_is_never_queued_again() -> None:
    assert S.QUEUED not in MOVES[S.UNCONFIRMED]
    assert S.UPLOADING not in MOVES[S.UNCONFIRMED]


@pytest.mark.parametrize("state", sorted(CONTENT_FREE & OPEN_AT_HKEX))
def test_of_what_hkex_may_still_answer_only_abandoned_bytes_are_free(state: S) -> None:
    assert state == S.ABANDONED


def test_what_is_in_flight_can_still_move() -> None:
    assert set(IN_FLIGHT) <= set(MOVES)

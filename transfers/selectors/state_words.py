"""A submission's state in the design's vocabulary: `data-s` and the word beside it."""

from dataclasses import dataclass

from portal.exchange.hktime import hk_time
from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus
TONES = {
    S.UPLOADING: "run",
    S.ACCEPTED: "ok",
    S.REJECTED: "bad",
    S.MISMATCHED: "bad",
    S.FAILED: "bad",
    S.UNCONFIRMED: "hold",
    S.SAID_RECEIVED: "hold",
}
TOLD_WITH_TIME = (S.ACCEPTED, S.REJECTED, S.FAILED)


@dataclass(frozen=True, slots=True)
class StateWords:
    """`status` is a `data-s`; `word` begins with the design's word."""

    status: str
    word: str


def state_words(submission: Submission) -> StateWords:
    """Such as Uploading 62%, Accepted 13:37, Awaiting approval."""
    state = S(submission.status)
    word = state.label
    if state == S.UPLOADING:
        word = f"{word} {percent_sent(submission)}%"
    elif state in TOLD_WITH_TIME and submission.ended_at is not None:
        word = f"{word} {hk_time(submission.ended_at):%H:%M}"
    return StateWords(TONES.get(state, "idle"), word)


def percent_sent(submission: Submission) -> int:
    """Whole percents; 0 of an empty file."""
    return submission.bytes_acknowledged * 100 // max(submission.size, 1)

"""The alerts of submissions: three sentences each, raised and resolved by state."""

import datetime as dt

from django.urls import NoReverseMatch, reverse

from portal import clock
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.hktime import hk_time
from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus
UNCONFIRMED = "submission-unconfirmed"
# What a duty's acceptance settles: the earlier tries for it need nobody any more.
SETTLED_BY_ACCEPTANCE = (
    "submission-rejected",
    "submission-failed",
    "submission-mismatched",
    "submission-lapsed",
)


def clock_time(moment: dt.datetime) -> str:
    """`15:04` in Hong Kong."""
    return f"{hk_time(moment):%H:%M}"


def rejected(submission: Submission, answer: str) -> None:
    _raise(
        "submission-rejected",
        submission,
        Severity.BAD,
        f"was rejected at {clock_time(clock.now())}",
        f"HKEX answered {answer}. "
        f"Nothing is reported for {submission.identity.code} by this file. "
        f"Correct the file and submit it again before {_closes(submission)}.",
        "See why and resubmit",
    )


def unconfirmed(submission: Submission, sentence: str) -> None:
    _raise(
        UNCONFIRMED,
        submission,
        Severity.HOLD,
        f"is unconfirmed since {clock_time(clock.now())}",
        f"{sentence} HKEX may or may not have the file. "
        "Nothing is sent again until a person decides.",
        "Decide",
    )


def mismatched(submission: Submission, received: str) -> None:
    said = f"the checksum {received}" if received else "no readable checksum"
    _raise(
        "submission-mismatched",
        submission,
        Severity.BAD,
        "was acknowledged with another checksum",
        f"HKEX's acknowledgment holds {said}, and ours is {submission.sha256}. "
        "What HKEX has is not what was sent. "
        "Call HKEX before anything is submitted again.",
        "Compare the checksums",
    )


def failed(submission: Submission, sentence: str) -> None:
    _raise(
        "submission-failed",
        submission,
        Severity.BAD,
        f"failed at {clock_time(clock.now())}",
        f"{sentence} HKEX does not have the file, and nothing is reported by it. "
        f"Put the cause right and submit again before {_closes(submission)}.",
        "See why and resubmit",
    )


def lapsed(submission: Submission, why: str) -> None:
    _raise(
        "submission-lapsed",
        submission,
        Severity.BAD,
        f"lapsed at {clock_time(submission.window_closes_at)}",
        f"{why} HKEX does not have the file, and nothing is reported by it. "
        "Call HKEX if the report is still owed.",
        "Open",
    )


def second_result(submission: Submission, name: str, said: str) -> None:
    _raise(
        "double-result",
        submission,
        Severity.BAD,
        "was answered a second time",
        f"HKEX's second result file {name} says {said}; the state stays "
        f"{submission.get_status_display().lower()}. Both answers are kept. "
        "Compare them, and call HKEX if they differ.",
        "Compare the answers",
    )


def answered_after_replacement(submission: Submission, other: str, said: str) -> None:
    _raise(
        "double-result",
        submission,
        Severity.BAD,
        "was answered after it had been given up",
        f"HKEX says {said}, and {other} was made in its place. "
        "HKEX may have the file twice. Call HKEX and say which one counts.",
        "Compare the two",
    )


def resolve_unconfirmed(submission: Submission) -> None:
    resolve(UNCONFIRMED, submission)


def resolve_duty(submission: Submission) -> None:
    """An accepted file settles what its identity's earlier tries of the day left."""
    earlier = Submission.objects.filter(
        participant=submission.participant,
        identity=submission.identity,
        file_id=submission.file_id,
        day=submission.day,
    ).select_related("participant")
    for one in earlier:
        resolve_tries(one)


def resolve_tries(submission: Submission) -> None:
    for kind in SETTLED_BY_ACCEPTANCE:
        resolve(kind, submission)


def resolve(kind: str, submission: Submission) -> None:
    alerts.resolve(kind, str(submission.pk), participant=submission.participant)


def path_of(submission: Submission) -> str:
    try:
        return reverse("submission", args=[submission.participant.code, submission.pk])
    except NoReverseMatch:
        return ""


def _raise(
    kind: str,
    submission: Submission,
    severity: Severity,
    happened: str,
    body: str,
    action: str,
) -> None:
    alerts.raise_(
        kind,
        str(submission.pk),
        participant=submission.participant,
        severity=severity,
        title=f"{submission.file_id} for {submission.identity.code} {happened}",
        body=body,
        path=path_of(submission),
        action=action,
        mail=kind != "double-result",
    )


def _closes(submission: Submission) -> str:
    closes = hk_time(submission.window_closes_at)
    return "midnight" if f"{closes:%H:%M}" == "00:00" else f"{closes:%H:%M}"

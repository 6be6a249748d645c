"""The alerts of expected files: before the deadline, and at it."""

from django.urls import reverse

from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.hktime import hk_time
from transfers.models import ExpectedFile

SOON, MISSING = "expected-soon", "expected-missing"


def soon(row: ExpectedFile) -> None:
    """Nothing is late yet: no mail."""
    _raise(
        SOON,
        row,
        Severity.WARN,
        f"{_what(row)} is due at {_due(row)}",
        f"{_came(row)} Nothing is late yet. Look at HKEX whether it is there, or "
        "excuse it on the board if it will not come.",
    )


def missing(row: ExpectedFile) -> None:
    alerts.resolve(SOON, str(row.pk), participant=row.participant)
    _raise(
        MISSING,
        row,
        Severity.BAD,
        f"{_what(row)} is missing since {_due(row)}",
        f"{_came(row)} What depends on it cannot be done in time. Ask HKEX whether it "
        "was distributed, or excuse it on the board and say why.",
    )


def over(row: ExpectedFile) -> None:
    for kind in (SOON, MISSING):
        alerts.resolve(kind, str(row.pk), participant=row.participant)


def _raise(
    kind: str, row: ExpectedFile, severity: Severity, title: str, body: str
) -> None:
    board = reverse("expected", args=[row.participant.code])
    alerts.raise_(
        kind,
        str(row.pk),
        participant=row.participant,
        severity=severity,
        title=title,
        body=body,
        path=f"{board}?day={row.day:%Y-%m-%d}",
        action="Open the board",
        mail=kind == MISSING,
    )


def _what(row: ExpectedFile) -> str:
    return f"{row.rule.name_pattern} of {row.rule.platform} for {row.day:%-d %B}"


def _due(row: ExpectedFile) -> str:
    return f"{hk_time(row.due_at):%H:%M}"


def _came(row: ExpectedFile) -> str:
    if row.rule.count == 1:
        return "It has not come."
    return f"{row.arrived} of {row.rule.count} files have come."

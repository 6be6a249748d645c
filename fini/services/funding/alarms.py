"""Alerts about proposals, with mail; each is closed by what settles it."""

from django.urls import reverse

from fini.models import FundingProposal
from fini.states import DecisionStatus
from portal.alerts import services as alerts
from portal.alerts.models import Severity

STOPPED = "fini-funding-stopped"  # changed, late, or no longer approved: not sent
REFUSED = "fini-funding-refused"
UNCONFIRMED = "fini-funding-unconfirmed"


def stopped(row: FundingProposal, why: str) -> None:
    _raise(
        row,
        STOPPED,
        Severity.BAD,
        f"EIPO funding of IPO {row.ipo_id}: proposal {row.number} was not sent in full",
        why,
    )


def refused(row: FundingProposal, number: int) -> None:
    _raise(
        row,
        REFUSED,
        Severity.BAD,
        f"EIPO funding of IPO {row.ipo_id}: FINI took an exception to {number:,} of "
        f"proposal {row.number}",
        "The page has FINI’s words for each transaction. What it refused was not done. "
        "Put right what they name, and propose those again before the deadline.",
    )


def unconfirmed(row: FundingProposal, number: int) -> None:
    _raise(
        row,
        UNCONFIRMED,
        Severity.HOLD,
        f"EIPO funding of IPO {row.ipo_id}: {number:,} of proposal {row.number} "
        "unconfirmed",
        "They were sent, and no clear answer came. FINI is asked for their status; "
        "nothing is sent again before it shows that they were not done.",
    )


def settle(row: FundingProposal) -> None:
    """Close the alarm about what is unconfirmed, once nothing is."""
    if not row.decisions.filter(status=DecisionStatus.UNCONFIRMED).exists():
        alerts.resolve(UNCONFIRMED, str(row.pk), participant=row.participant)


def superseded(row: FundingProposal) -> None:
    """A new proposal takes up what earlier ones of the IPO left undone."""
    earlier = FundingProposal.objects.filter(
        participant=row.participant, profile=row.profile, ipo_id=row.ipo_id
    ).exclude(pk=row.pk)
    for one in earlier.filter(
        decisions__line__in=row.decisions.values("line"),
        decisions__status__in=[DecisionStatus.DROPPED, DecisionStatus.REFUSED],
    ).distinct():
        for kind in (STOPPED, REFUSED):
            alerts.resolve(kind, str(one.pk), participant=row.participant)


def _raise(
    row: FundingProposal, kind: str, severity: Severity, title: str, body: str
) -> None:
    alerts.raise_(
        kind,
        str(row.pk),
        participant=row.participant,
        severity=severity,
        title=title,
        body=body,
        path=reverse("fini_proposal", args=[row.participant.code, row.pk]),
        action="Open the proposal",
        mail=True,
    )

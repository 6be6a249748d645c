"""Reading alerts: what needs a person now."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, QuerySet, Value, When

from portal.alerts.models import Alert, Severity
from portal.approvals.selectors import waiting_for
from portal.people.guards import Acting
from portal.people.models import Participant

SHOWN = 20
WORST_FIRST = (Severity.BAD, Severity.HOLD, Severity.WARN)


@dataclass(frozen=True)
class NeedsYou:
    """What templates/alerts/_needs_you.html shows."""

    alerts: list[Alert]
    more: int


def open_alerts(participant: Participant | None) -> QuerySet[Alert]:
    """Worst first, then newest first."""
    rank = Case(
        *(When(severity=s, then=Value(n)) for n, s in enumerate(WORST_FIRST)),
        output_field=IntegerField(),
    )
    return Alert.objects.filter(participant=participant, resolved_at=None).order_by(
        rank, "-last_at", "-pk"
    )


def needs_you(participant: Participant) -> NeedsYou:
    """One query for a calm list; a second one counts when it is longer than SHOWN."""
    alerts = list(open_alerts(participant)[: SHOWN + 1])
    if len(alerts) <= SHOWN:
        return NeedsYou(alerts, 0)
    return NeedsYou(alerts[:SHOWN], open_alerts(participant).count() - SHOWN)


def needs_you_panel(acting: Acting) -> dict[str, object]:
    """The selector of Today's panel "needs-you" (topics: alerts, approvals)."""
    return {
        "needs_you": needs_you(acting.participant),
        "to_decide": waiting_for(acting),
    }

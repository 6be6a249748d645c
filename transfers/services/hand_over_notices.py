"""The alert of a rule whose files do not get where they belong."""

from django.urls import reverse

from portal.alerts import services as alerts
from portal.alerts.models import Severity
from transfers.models import HandOver, HandOverRule, HandOverStatus

KIND = "hand-over"
AFTER = 3  # tries of one file: what passes by itself is nobody's trouble


def failed(row: HandOver, sentence: str) -> None:
    if row.tries < AFTER:
        return
    alerts.raise_(
        KIND,
        str(row.rule_id),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"“{row.rule.title}” does not hand its files over",
        body=f"{sentence} {row.file.name} failed {row.tries} times, and who waits "
        f"for it at {row.destination} does not have it.",
        path=reverse("hand_over_rule", args=[row.participant.code, row.rule_id]),
        action="Open the rule",
        mail=True,
    )


def settle(rule: HandOverRule) -> None:
    """Once nothing has failed so often any more, the alert is over."""
    failing = HandOver.objects.filter(
        rule=rule, status=HandOverStatus.FAILED, tries__gte=AFTER
    )
    if not failing.exists():
        over(rule)


def over(rule: HandOverRule) -> None:
    alerts.resolve(KIND, str(rule.pk), participant=rule.participant)

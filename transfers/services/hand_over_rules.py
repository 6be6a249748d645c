"""Rules that hand files over: made, ended, and told to try again."""

import datetime as dt

from django.db import IntegrityError

from portal import clock, wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting
from portal.rows import update_in_order
from transfers import destinations
from transfers.models import HandOver, HandOverRule, HandOverStatus
from transfers.services import hand_over_notices
from transfers.services.refusals import Refusal

TOPIC = "hand-over"
S = HandOverStatus
RULE_ENDED = "The rule was ended before it was handed over."


def add(
    rule: HandOverRule, days_back: int, acting: Acting, now: dt.datetime
) -> HandOverRule:
    """Save a rule that was filled in; it takes what is kept from now on, and of the
    last `days_back` days. Raises Refusal."""
    if rule.destination not in destinations.names(acting.participant.code):
        raise Refusal(
            f"The settings name no destination “{rule.destination}” for you. Nothing "
            "was changed. Choose one of those that the page offers."
        )
    rule.participant, rule.set_by, rule.set_at = acting.participant, acting.user, now
    rule.from_at = rule.looked_until = now - dt.timedelta(days=days_back)
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
            _record(acting, "Begin to hand over", rule)
    except IntegrityError:
        raise Refusal(
            f"A rule with the title “{rule.title}” is in force already. Nothing was "
            "changed. End that one first, or give this one another title."
        ) from None
    return rule


def end(rule: HandOverRule, acting: Acting, now: dt.datetime) -> bool:
    """It takes nothing more, and what waits is not handed over. What is being copied
    is finished. False when it had ended already."""
    with transaction.atomic():
        if not HandOverRule.objects.filter(pk=rule.pk, ended_at=None).update(
            ended_at=now, ended_by=acting.user
        ):
            return False
        waiting = rule.hand_overs.filter(status__in=[S.WAITING, S.FAILED])
        update_in_order(waiting, status=S.OVER, sentence=RULE_ENDED)
        hand_over_notices.over(rule)
        _record(acting, "Hand over no more", rule)
    return True


def retry(rule: HandOverRule, acting: Acting) -> int:
    """Everything that failed is due now; answers how many those are."""
    with transaction.atomic():
        left = HandOver.objects.filter(
            rule=rule, rule__ended_at=None, status__in=[S.WAITING, S.FAILED]
        )
        due = update_in_order(left, next_try_at=clock.real_now())
        if due:
            wakeups.wake("hand-over", rule.pk)
            _record(acting, f"Try [{due}] again of", rule)
    return due


def _record(acting: Acting, verb: str, rule: HandOverRule) -> None:
    activity.append(
        acting.participant,
        Kind.HAND_OVER,
        Endpoint.WEB,
        f"{verb} [{rule.title}]: [{rule.name_pattern}] of {rule.platform} to"
        f" [{rule.destination}] as [{rule.template}]",
        Status.SUCCESSFUL,
        user=acting.user,
        refs={"rule": str(rule.pk)},
        topics=(TOPIC, "alerts"),
    )

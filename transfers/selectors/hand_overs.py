"""Rules that hand files over, how far they are, and what is due."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from portal.people.models import Participant
from transfers.models import HandOver, HandOverRule, HandOverStatus

Counts = dict[str, tuple[int, dt.datetime | None]]  # by status, with the latest end

S = HandOverStatus
SHOWN = 50
WORDS = {
    S.WAITING: ("idle", "Queued"),
    S.COPYING: ("run", "Sending"),
    S.DONE: ("ok", "Done"),
    S.FAILED: ("bad", "Failed"),
    S.OVER: ("idle", "Withdrawn"),
}
CHOICES = [(status.value, word) for status, (_, word) in WORDS.items()]


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule and its files, counted."""

    rule: HandOverRule
    waiting: int
    done: int
    failed: int
    last_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    row: HandOver
    s: str
    word: str


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: str  # the key of the next page, "" at the end


def standings(participant: Participant) -> list[Standing]:
    """Those in force, two queries."""
    rules = list(
        HandOverRule.objects.filter(participant=participant, ended_at=None)
        .select_related("set_by")
        .order_by("title", "pk")
    )
    counted = _counted(HandOver.objects.filter(rule__in=rules))
    return [_standing(rule, counted.get(rule.pk, {})) for rule in rules]


def standing(rule: HandOverRule) -> Standing:
    counted = _counted(HandOver.objects.filter(rule=rule))
    return _standing(rule, counted.get(rule.pk, {}))


def one(participant: Participant, pk: uuid.UUID) -> HandOverRule | None:
    rules = HandOverRule.objects.filter(participant=participant, pk=pk)
    return rules.select_related("participant", "set_by", "ended_by").first()


def page(rule: HandOverRule, status: str, after: str) -> Page:
    """The newest files first; `after` is the key that a page before gave."""
    rows = HandOver.objects.filter(rule=rule).select_related("file")
    if status in S.values:
        rows = rows.filter(status=status)
    if key := _key(after):
        at, pk = key
        rows = rows.filter(Q(kept_at__lt=at) | Q(kept_at=at, pk__lt=pk))
    found = list(rows.order_by("-kept_at", "-pk")[: SHOWN + 1])
    lines = [Line(row, *WORDS[S(row.status)]) for row in found[:SHOWN]]
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return Page(lines, f"{last.kept_at.isoformat()}_{last.pk}" if last else "")


def due(real_now: dt.datetime) -> QuerySet[HandOver]:
    """Whose time has come, and what a worker that died was copying."""
    waits = Q(status__in=[S.WAITING, S.FAILED], next_try_at__lte=real_now)
    died = Q(status=S.COPYING, lease_until__lt=real_now)
    in_force = HandOverRule.objects.filter(pk=OuterRef("rule_id"), ended_at=None)
    return HandOver.objects.filter((waits & Exists(in_force)) | died)


def due_rules(real_now: dt.datetime) -> list[uuid.UUID]:
    return list(due(real_now).order_by().values_list("rule", flat=True).distinct())


def _counted(rows: QuerySet[HandOver]) -> dict[uuid.UUID, Counts]:
    found: dict[uuid.UUID, Counts] = {}
    counts = rows.order_by().values_list("rule", "status")
    for rule, status, number, last in counts.annotate(Count("pk"), Max("done_at")):
        found.setdefault(rule, {})[status] = number, last
    return found


def _standing(rule: HandOverRule, counts: Counts) -> Standing:
    def number(*statuses: str) -> int:
        return sum(counts[one][0] for one in statuses if one in counts)

    last_at = counts[S.DONE][1] if S.DONE in counts else None
    waiting = number(S.WAITING, S.COPYING)
    return Standing(rule, waiting, number(S.DONE), number(S.FAILED), last_at)


def _key(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    """What a page gave; anything else is no key."""
    at, _, pk = text.partition("_")
    try:
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None:
            return None
        return moment.astimezone(dt.UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):
        return None

"""Which kept files each rule takes: a row for each, with a name that is its own."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from portal import clock, wakeups
from portal.activity import transaction
from transfers import hand_over_names as names
from transfers.expectations import matches
from transfers.models import HandOver, HandOverRule, RetrievedFile, RetrievedStatus
from transfers.selectors import hand_overs as selectors

AT_A_TIME = 500
# A file's `kept_at` is read a moment before it is committed: look a little back.
LATE = dt.timedelta(minutes=10)


def tick(now: dt.datetime) -> int:
    """Give every rule what it has to take, and wake those with something due; a
    missed tick is caught up. Answers how many files are new."""
    rules = HandOverRule.objects.filter(ended_at=None).select_related("participant")
    new = sum(plan(rule, now) for rule in rules)
    for pk in selectors.due_rules(clock.real_now()):
        wakeups.wake("hand-over", pk)
    return new


def plan(rule: HandOverRule, now: dt.datetime) -> int:
    """At most AT_A_TIME rows: the next tick takes more. What is read is read before
    the transaction, which only writes."""
    found: list[RetrievedFile] = []
    for file in _untaken(rule, now).iterator(AT_A_TIME):
        if matches(rule.name_pattern, file.name):
            found.append(file)
        if len(found) == AT_A_TIME:
            break
    is_all = len(found) < AT_A_TIME
    until = now if is_all else found[-1].kept_at or now
    try:
        return _save(rule, found, until)
    except IntegrityError:  # another rule took one of the names just now
        return 0


def _save(rule: HandOverRule, found: list[RetrievedFile], until: dt.datetime) -> int:
    with transaction.atomic():
        current = HandOverRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
        if current.ended_at is not None:
            return 0
        rows = list(_rows(current, found))
        HandOver.objects.bulk_create(rows)
        HandOverRule.objects.filter(pk=rule.pk).update(looked_until=until)
    return len(rows)


def _untaken(rule: HandOverRule, now: dt.datetime) -> QuerySet[RetrievedFile]:
    since = max(rule.from_at, min(rule.looked_until, now - LATE))
    return (
        RetrievedFile.objects.filter(
            ~Exists(HandOver.objects.filter(rule=rule, file=OuterRef("pk"))),
            participant=rule.participant_id,
            platform=rule.platform,
            status=RetrievedStatus.KEPT,
            kept_at__gte=since,
            name__startswith=re.split(r"[*?[]", rule.name_pattern)[0],
            purged_at=None,
        )
        .select_related("identity", "participant")
        .order_by("kept_at", "pk")
    )


def _rows(rule: HandOverRule, files: list[RetrievedFile]) -> Iterator[HandOver]:
    """Another tick may have been faster; under the rule's lock there is no other."""
    known = set(
        HandOver.objects.filter(rule=rule, file__in=files).values_list(
            "file", flat=True
        )
    )
    left = [file for file in files if file.pk not in known]
    told = [(file, name_of(rule, file)) for file in left]
    taken = _taken(rule, [name for _, name in told])
    real_now = clock.real_now()
    for file, wanted in told:
        name = wanted
        if key_of(name) in taken:
            name = names.distinct(wanted, file.pk.hex)
        taken.add(key_of(name))
        yield HandOver(
            participant_id=rule.participant_id,
            rule=rule,
            file=file,
            destination=rule.destination,
            name=name,
            name_key=key_of(name),
            kept_at=file.kept_at or real_now,
            next_try_at=real_now,
        )


def _taken(rule: HandOverRule, wanted: list[str]) -> set[str]:
    rows = HandOver.objects.filter(
        participant=rule.participant_id,
        destination=rule.destination,
        name_key__in=[key_of(name) for name in wanted],
    )
    return set(rows.values_list("name_key", flat=True))


def name_of(rule: HandOverRule, file: RetrievedFile) -> str:
    return names.rendered(
        rule.template,
        names.Told(
            participant=file.participant.code,
            platform=file.platform,
            folder=file.folder,
            file_id=file.file_id,
            identity=file.identity.code if file.identity else "",
            day=file.day,
            name=file.name,
            key=file.pk.hex,
        ),
    )


def key_of(name: str) -> str:
    return hashlib.sha256(names.folded(name).encode()).hexdigest()

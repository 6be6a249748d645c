"""The mail of a day about ends that come near: one a person, however many there are."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from keys.expiry_plan import ESCALATE_AFTER, in_words
from keys.models import ExpiryAcknowledgment, ExpiryNotice
from keys.paths import expiries_path
from keys.selectors.ends import End
from portal.activity import transaction
from portal.alerts import mail, outbox
from portal.people.models import Membership, User

Rows: TypeAlias = "QuerySet[ExpiryNotice]"
Sections = dict[User, list[str]]


def send(near: list[End], today: dt.date) -> int:
    """Once a day: what was told since the last mail goes to the operators, what
    nobody has acknowledged for three days to the administrators too. Answers how many
    mails that were."""
    sent = Q(mailed_on=today) | Q(escalated_on=today)
    if ExpiryNotice.objects.filter(sent).exists():
        return 0
    still = {(end.subject, end.expires_on): end for end in near}
    fresh = _due(still, ExpiryNotice.objects.filter(mailed_on=None))
    late = _due(still, _unacknowledged(today))
    if not fresh and not late:
        return 0
    with transaction.atomic():
        sections = _sections(fresh, late, today)
        for user, parts in sections.items():
            outbox.put(
                mail.plain_mail(_subject(parts), "\n\n".join(parts) + "\n"),
                [(user.email, user)],
            )
        ExpiryNotice.objects.filter(mailed_on=None).update(mailed_on=today)
        ExpiryNotice.objects.filter(pk__in=list(late)).update(escalated_on=today)
    return len(sections)


def _unacknowledged(today: dt.date) -> Rows:
    seen = ExpiryAcknowledgment.objects.filter(
        subject=OuterRef("subject"), expires_on=OuterRef("expires_on")
    )
    return ExpiryNotice.objects.filter(
        ~Exists(seen),
        mailed_on__isnull=False,
        escalated_on=None,
        told_on__lte=today - ESCALATE_AFTER,
    )


def _due(
    still: dict[tuple[uuid.UUID, dt.date], End], rows: Rows
) -> dict[uuid.UUID, End]:
    """The notices whose end is still near: a renewed key is not told of any more."""
    return {
        row.pk: still[row.subject, row.expires_on]
        for row in rows
        if (row.subject, row.expires_on) in still
    }


def _sections(
    fresh: dict[uuid.UUID, End], late: dict[uuid.UUID, End], today: dt.date
) -> Sections:
    sections: Sections = defaultdict(list)
    by_participant = _by_participant(fresh.values())
    escalated = _by_participant(late.values())
    people = _people({*by_participant, *escalated})
    for pk, (operators, admins) in people.items():
        told = _lines(by_participant.get(pk, []), today)
        asked = _lines(escalated.get(pk, []), today)
        for user in operators or admins:
            if told:
                sections[user].append(told)
        for user in admins:
            if asked:
                sections[user].append(f"Nobody has taken note of this yet:\n{asked}")
    return sections


def _by_participant(ends: Iterable[End]) -> dict[uuid.UUID, list[End]]:
    found: dict[uuid.UUID, list[End]] = defaultdict(list)
    for end in dict.fromkeys(ends):
        found[end.participant.pk].append(end)
    return found


def _people(
    participants: set[uuid.UUID],
) -> dict[uuid.UUID, tuple[list[User], list[User]]]:
    """Operators and administrators of each, who can be reached."""
    found: dict[uuid.UUID, tuple[list[User], list[User]]] = {}
    rows = (
        Membership.objects.filter(
            participant__in=participants, is_active=True, user__is_active=True
        )
        .exclude(user__email="")
        .select_related("user")
        .order_by("user__username")
    )
    for row in rows:
        operators, admins = found.setdefault(row.participant_id, ([], []))
        if row.is_operator:
            operators.append(row.user)
        if row.is_admin:
            admins.append(row.user)
    return found


def _lines(ends: list[End], today: dt.date) -> str:
    if not ends:
        return ""
    participant = ends[0].participant
    listed = sorted(ends, key=lambda end: (end.expires_on, end.what))
    lines = [
        f"- {end.what} {in_words(end.days_left(today))} ({end.expires_on})"
        for end in listed
    ]
    path = expiries_path(participant)
    link = f"\n{settings.BASE_URL.rstrip('/')}{path}" if path else ""
    return f"{participant.name} ({participant.code})\n" + "\n".join(lines) + link


def _subject(parts: list[str]) -> str:
    count = sum(part.count("\n- ") for part in parts)
    return (
        f"{count} credentials near their end"
        if count > 1
        else ("A credential is near its end")
    )

"""The IPO board: what FINI lists, read again on schedule and when a person asks."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from fini import calls, ipo_fields, names
from fini.client import Client
from fini.errors import CallRefused, GatewayUnreachable, TooManyCalls
from fini.models import Ipo, Profile
from fini.refusals import Refusal
from fini.services import connections, jwks
from fini.services import gateway_records as records
from fini.wire import records as wire
from fini.wire.json_text import unreadable
from fini.wire.scalars import Fields, items, text
from portal import clock, fanout, secrets, wakeups
from portal.activity import transaction
from portal.activity.models import Endpoint, Status
from portal.exchange.errors import ExchangeError
from portal.exchange.hktime import hk_time
from portal.people.guards import Acting

logger = logging.getLogger(__name__)
WAKE = jwks.REFRESH_IPOS
OPENS, CLOSES = dt.time(7), dt.time(20)  # Hong Kong
BY_DAY, BY_NIGHT = dt.timedelta(minutes=15), dt.timedelta(hours=1)
UNREACHABLE = dt.timedelta(minutes=5)
REFERENCE_AFTER = dt.timedelta(minutes=55)  # refdata of what did not change
MOST = 10_000  # IPOs; FINI has had a few hundred in all
A_COMMIT = 200


@dataclass(frozen=True, slots=True)
class _Came:
    """`references`: by ipoID, of those asked for. `sentence`: why some did not come."""

    listed: Mapping[str, wire.Ipo]
    references: dict[str, Fields] = field(default_factory=dict)
    sentence: str = ""


def ask(profile: Profile, acting: Acting, now: dt.datetime) -> None:
    """A person wants the board as it is now. Raises Refusal."""
    if not (profile.may_reference and profile.is_enabled):
        raise Refusal(
            f"The FINI profile {profile} is disabled, or not entitled to reference "
            "data.",
            "Nothing was asked of FINI.",
            "An administrator sees to the profile.",
        )
    with transaction.atomic():
        Profile.objects.filter(pk=profile.pk).update(ipos_asked_at=now)
        wakeups.wake(WAKE, profile.pk)
        records.of_profile(profile, "Ask for the IPOs", by=acting.user)


def wake_due() -> int:
    """Wake for every profile whose IPOs are due; answers how many."""
    due = list(_due(clock.real_now()).values_list("pk", flat=True))
    for pk in due:
        with transaction.atomic():
            wakeups.wake(WAKE, pk)
    return len(due)


def run(pk: uuid.UUID) -> None:
    """Refresh the board of a profile that is due; a doubled message does nothing."""
    if not _claim(pk):
        return
    profile = Profile.objects.select_related("participant", "company_id").get(pk=pk)
    try:
        sentence = refresh(profile, connections.client_of(profile), clock.now())
    except GatewayUnreachable as failed:
        sentence = str(failed)
        soon = clock.real_now() + UNREACHABLE  # and never later than it was to be
        Profile.objects.filter(pk=pk, ipos_next_at__gt=soon).update(ipos_next_at=soon)
    except secrets.CannotOpen:
        sentence = "A profile key cannot be opened with the portal’s master keys."
    except (Refusal, ExchangeError) as failed:
        sentence = str(failed)
    Profile.objects.filter(pk=pk).update(ipos_sentence=sentence)
    fanout.tell(profile.participant_id, None, [records.TOPIC])


def refresh(profile: Profile, client: Client, now: dt.datetime) -> str:
    """Read the list to its end, and refdata where it may be new; keep what came.

    Answers why some refdata did not come, else "". Raises what Client.read() does, and
    then nothing was changed.
    """
    came = _read(profile, client, now)
    changed = _keep(profile, came, now)
    with transaction.atomic():
        Profile.objects.filter(pk=profile.pk).update(ipos_refreshed_at=now)
        if changed:
            records.of_profile(
                profile,
                f"Find [{changed}] of [{len(came.listed)}] IPOs changed",
                endpoint=Endpoint.API,
                status=Status.WARNING if came.sentence else Status.SUCCESSFUL,
            )
    return came.sentence


def next_refresh(now: dt.datetime) -> dt.datetime:
    """Every 15 minutes while people work in Hong Kong, else every hour."""
    there = hk_time(now)
    if OPENS <= there.time() < CLOSES:
        return now + BY_DAY
    opens = there.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    if opens <= there:
        opens += dt.timedelta(days=1)
    return min(now + BY_NIGHT, opens)


def _due(real_now: dt.datetime) -> QuerySet[Profile]:
    return Profile.objects.filter(
        Q(ipos_asked_at__isnull=False)
        | Q(ipos_next_at=None)
        | Q(ipos_next_at__lte=real_now),
        is_enabled=True,
        may_reference=True,
    )


def _claim(pk: uuid.UUID) -> bool:
    """The next time is set before this one is tried."""
    now = clock.real_now()
    due = _due(now).filter(pk=pk)
    return due.update(ipos_asked_at=None, ipos_next_at=next_refresh(now)) == 1


def _read(profile: Profile, client: Client, now: dt.datetime) -> _Came:
    listed: dict[str, wire.Ipo] = {}
    for page in client.pages(lambda cursor: calls.ipo_list(cursor, 1_000)):
        listed |= {_id(one): one for one in page.entries(wire.ipo)}
        if len(listed) > MOST:
            raise unreadable(f"it lists more than {MOST:,} IPOs")
    kept = {row.ipo_id: row for row in profile.ipos.all()}
    wanted = [i for i, one in listed.items() if _wants(one, kept.get(i), now)]
    references, sentence = _references(client, wanted)
    return _Came(listed, references, sentence)


def _id(one: wire.Ipo) -> str:
    """As a column holds it, and a page shows it. Raises AnswerUnreadable."""
    if len(one.ipo_id) > ipo_fields.LONGEST_KNOWN or not one.ipo_id.isprintable():
        raise unreadable(f"{names.IPO_ID} is too long, or cannot be shown")
    return one.ipo_id


def _references(client: Client, wanted: Iterable[str]) -> tuple[dict[str, Fields], str]:
    """Of one IPO after the other. One that is refused is passed over; where the
    gateway does not answer, the rest is left for the next time."""
    found: dict[str, Fields] = {}
    sentence = ""
    for ipo_id in wanted:
        try:
            answer = client.read(calls.ipo_reference(ipo_id))
            found[ipo_id] = _reference(answer.data, ipo_id)
        except ExchangeError as failed:
            logger.warning("no refdata of an IPO: %s", type(failed).__name__)
            sentence = f"Reference data of some IPOs did not come. {failed}"
            if not isinstance(failed, CallRefused) or isinstance(failed, TooManyCalls):
                break
    return found, sentence


def _reference(data: object, ipo_id: str) -> Fields:
    """The entry of this IPO; of one that names none, it is taken to be this."""
    entries = [e for e in items({names.DATA: data}, names.DATA) if isinstance(e, dict)]
    for entry in entries:
        if text(entry, names.IPO_ID).strip() in {ipo_id, ""}:
            return entry
    return {}


def _wants(one: wire.Ipo, row: Ipo | None, now: dt.datetime) -> bool:
    if row is None or row.reference_at is None or not row.is_listed:
        return True
    is_old = now - row.reference_at >= REFERENCE_AFTER or now < row.reference_at
    return is_old or ipo_fields.known(one) != _known(row)


def _keep(profile: Profile, came: _Came, now: dt.datetime) -> int:
    """Answers how many changed, came or went."""
    changed, ids = 0, list(came.listed)
    for start in range(0, len(ids), A_COMMIT):
        with transaction.atomic():
            _locked(profile)
            some = ids[start : start + A_COMMIT]
            rows = {r.ipo_id: r for r in profile.ipos.filter(ipo_id__in=some)}
            for ipo_id in some:
                reference = came.references.get(ipo_id)
                row = rows.get(ipo_id)
                changed += _keep_one(profile, row, came.listed[ipo_id], reference, now)
    with transaction.atomic():
        _locked(profile)
        gone = [
            row.pk
            for row in profile.ipos.filter(is_listed=True).only("ipo_id")
            if row.ipo_id not in came.listed
        ]
        for start in range(0, len(gone), A_COMMIT):
            rows_gone = Ipo.objects.filter(pk__in=gone[start : start + A_COMMIT])
            rows_gone.update(is_listed=False, changed_at=now, changes={})
    return changed + len(gone)


def _keep_one(
    profile: Profile,
    row: Ipo | None,
    listed: wire.Ipo,
    reference: Fields | None,
    now: dt.datetime,
) -> bool:
    """Whether anything about it is new."""
    is_new = row is None
    if row is None:
        row = Ipo(profile=profile, ipo_id=listed.ipo_id, first_seen_at=now)
    before = {**_known(row), **row.reference}
    came = ipo_fields.merged(listed, reference or {})
    row.reference = came if reference is not None else {**row.reference, **came}
    row.stock_code, row.isin, row.status = ipo_fields.known(listed).values()
    found = ipo_fields.changes(before, {**_known(row), **row.reference})
    came_back = not row.is_listed
    if not is_new and (found or came_back):
        row.changes, row.changed_at = found, now
    row.seen_at, row.is_listed = now, True
    if reference is not None:
        row.reference_at = now
    row.save(force_insert=is_new)
    return is_new or came_back or bool(found)


def _known(row: Ipo) -> dict[str, str]:
    return dict(
        zip(ipo_fields.KNOWN, (row.stock_code, row.isin, row.status), strict=True)
    )


def _locked(profile: Profile) -> None:
    """Two refreshes keep what they found in turns."""
    Profile.objects.select_for_update(no_key=True, of=("self",)).get(pk=profile.pk)

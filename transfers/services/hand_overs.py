"""Copies what a rule has to hand over, file by file, each exactly once.

On the queue of the visits: a copy may take minutes, and mail and sweeps must never
wait behind it. One call takes files for half a minute and leaves; the next tick wakes
it again, so that a visit waits for no backlog either.
"""

import datetime as dt
import time
import uuid
from typing import BinaryIO

from django.conf import settings
from django.db.models import F, Q

from portal import clock, fanout, files
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.rows import update_in_order
from transfers import destinations
from transfers.destinations import CannotHandOver, Item, Stopped
from transfers.models import HandOver, HandOverRule, HandOverStatus
from transfers.selectors import hand_overs as selectors
from transfers.services import hand_over_notices

TOPIC = "hand-over"
STAY = 30.0
FIRST, LAST = dt.timedelta(minutes=1), dt.timedelta(hours=1)
NOT_KEPT = (
    "The file is not in our store any more: it was purged, or the store does not "
    "answer. Nothing was written. Tell the administrator of the portal."
)
DIED = (
    "The worker stopped or hung in the middle of a copy. Nothing half-written has its "
    "name. It is tried again by itself; see whether the destination answers."
)
S = HandOverStatus


def run(rule_pk: uuid.UUID) -> None:
    """What is due of a rule, oldest first."""
    rule = HandOverRule.objects.select_related("participant").get(pk=rule_pk)
    until = time.monotonic() + STAY
    while time.monotonic() < until:
        row = _claimed(rule)
        if row is None or not _hand_over(row):
            return


def retry_after(tries: int) -> dt.timedelta:
    """A minute, doubled up to an hour."""
    return min(FIRST * int(2 ** min(max(tries - 1, 0), 10)), LAST)


def _lease() -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=settings.LEASE_SECONDS)


def _claimed(rule: HandOverRule) -> HandOver | None:
    """The next one, by one conditional UPDATE: of two workers, one has it."""
    while True:
        due = selectors.due(clock.real_now()).filter(rule=rule)
        first = due.order_by("kept_at", "pk").values_list("pk", "status").first()
        if first is None:
            return None
        pk, was = first
        holder, now = uuid.uuid4(), clock.real_now()
        mine = selectors.due(now).filter(pk=pk)
        if mine.update(
            status=S.COPYING,
            holder=holder,
            lease_until=_lease(),
            tries=F("tries") + 1,
        ):
            rows = HandOver.objects.select_related("rule", "file", "participant")
            row = rows.get(pk=pk)
            if was == S.COPYING:
                hand_over_notices.failed(row, DIED)
            return row


def _hand_over(row: HandOver) -> bool:
    """False when there is no use in going on with the next one."""
    try:
        code = row.participant.code
        destinations.opened(code, row.destination).put(_item(row))
    except Stopped:
        return True
    except CannotHandOver as why:
        _fail(row, str(why), is_everywhere=why.is_everywhere)
        return not why.is_everywhere
    _finish(row)
    return True


def _item(row: HandOver) -> Item:
    holding = _Holding(row)
    return Item(
        name=row.name,
        key=row.pk.hex,
        sha256=row.file.sha256.lower(),
        open=lambda: _opened(row),
        is_begun=row.is_begun,
        begin=holding.begin,
        go_on=holding.go_on,
    )


def _opened(row: HandOver) -> BinaryIO:
    try:
        return files.open(row.participant_id, row.file.stored_key)
    except OSError:
        raise CannotHandOver(NOT_KEPT) from None


class _Holding:
    """Renews the lease while a file is copied; stops what is not ours any more."""

    def __init__(self, row: HandOver) -> None:
        self._row = HandOver.objects.filter(
            pk=row.pk, status=S.COPYING, holder=row.holder
        )
        self._told_at = time.monotonic()

    def begin(self) -> None:
        self._update(is_begun=True)

    def go_on(self) -> None:
        if time.monotonic() - self._told_at >= settings.LEASE_RENEW_SECONDS:
            self._told_at = time.monotonic()
            self._update()

    def _update(self, **fields: bool) -> None:
        if not self._row.update(lease_until=_lease(), **fields):
            raise Stopped


def _finish(row: HandOver) -> None:
    with transaction.atomic():
        mine = _mine(row, S.DONE, done_at=clock.now(), sentence="")
        if mine:
            hand_over_notices.settle(row.rule)
            _record(row, Status.SUCCESSFUL)


def _fail(row: HandOver, sentence: str, *, is_everywhere: bool) -> None:
    """Another try later; when it is the destination's fault, for the rest as well."""
    again = clock.real_now() + retry_after(row.tries)
    with transaction.atomic():
        if not _mine(row, S.FAILED, sentence=sentence, next_try_at=again):
            return
        if is_everywhere:
            others = HandOver.objects.filter(
                Q(status=S.WAITING) | Q(status=S.FAILED),
                rule=row.rule_id,
                next_try_at__lt=again,
            )
            update_in_order(others, next_try_at=again)
        hand_over_notices.failed(row, sentence)
        if row.tries == 1:
            _record(row, Status.FAILED)
    fanout.tell(row.participant_id, None, [TOPIC])


def _mine(row: HandOver, status: HandOverStatus, **fields: object) -> bool:
    """Moves it, unless another run holds it by now."""
    held = HandOver.objects.filter(pk=row.pk, status=S.COPYING, holder=row.holder)
    values = {"holder": None, "lease_until": None, **fields}
    return bool(held.update(status=status, **values))


def _record(row: HandOver, status: Status) -> None:
    activity.append(
        row.participant,
        Kind.HAND_OVER,
        Endpoint.API,
        f"Hand over [{row.file.name}] to [{row.destination}] as [{row.name}],"
        f" checksum [{row.file.sha256}]",
        status,
        refs={"rule": str(row.rule_id), "retrieved": str(row.file_id)},
        topics=(TOPIC, "alerts"),
    )

"""What `manage.py fini` does: each act answers rows to print, and whether all is well.

Nothing of a person is in an answer.
"""

import time
from typing import Any

from django.conf import settings

from fini.batches import columns
from fini.models import Batch, Ipo, Origin, Profile, Reconciliation
from fini.refusals import Refusal
from fini.selectors import batches as batch_selectors
from fini.selectors import profiles
from fini.services import batch_approvals, batch_files, reading
from fini.services import reconcile as reconciling
from fini.services.comparing import KINDS
from fini.states import BatchStatus
from portal import clock
from portal.people.guards import Acting, acting_at
from portal.people.models import Participant, Role, User

Rows = list[dict[str, Any]]
Answer = tuple[Rows, bool]
CHECKED_WITHIN = 600  # seconds; a worker may be at it already


class NotNamed(Exception):
    """What the arguments name is not there; the text says what."""


def ipos(options: dict[str, Any]) -> Answer:
    """As the board last had them."""
    listed = Ipo.objects.filter(profile=_profile(options), is_listed=True)
    return [
        {
            "ipo_id": row.ipo_id,
            "stock_code": row.stock_code,
            "isin": row.isin,
            "status": row.status,
            "seen_at": row.seen_at,
        }
        for row in listed.order_by("ipo_id")
    ], True


def submit(options: dict[str, Any]) -> Answer:
    """Checked here and now; then it waits for the approver, or is queued where the
    participant asks for no approval. Columns are those that the heading names."""
    profile = _profile(options)
    acting = _operator(options, profile.participant)
    batch = _taken(profile, options, acting)
    _check(batch)
    if batch.status != BatchStatus.CHECKED:
        return [_told(batch)], False
    has_problems = bool(batch.totals["unfit"])
    if has_problems and not options["leave_out"]:
        return [_told(batch), *_problems(batch)], False
    leave_out = options["leave_out"]
    batch = batch_approvals.ask(batch, acting, clock.now(), leave_out=leave_out)
    return [_told(batch)], True


def query(options: dict[str, Any]) -> Answer:
    """Raises NotNamed."""
    profile = _profile(options)
    rows = Batch.objects.filter(participant=profile.participant)
    batch = rows.filter(number=options["batch"]).first()
    if batch is None:
        raise NotNamed(f"There is no batch {options['batch']}.")
    found = batch_selectors.progress(batch)
    return [
        {
            **_told(batch),
            "recorded": found.recorded,
            "exceptions": found.exceptions,
            "unconfirmed": found.unconfirmed,
            "sending": found.sending,
            "queued": found.queued,
        }
    ], True


def reconcile(options: dict[str, Any]) -> Answer:
    """Compared here and now. Raises Refusal where FINI could not be asked."""
    row = reconciling.ask(_profile(options), options["ipo"], None)
    reconciling.run(row.pk)
    row = Reconciliation.objects.get(pk=row.pk)
    if row.ended_at is None:
        raise Refusal("A worker compares this IPO just now.", "Ask again later.")
    if row.sentence:
        raise Refusal(row.sentence)
    lines = [
        {"kind": kind, **line}
        for kind in KINDS
        for line in row.differences.get(kind, [])
    ]
    return [{"ipo_id": row.ipo_id, **row.totals}, *lines], not lines


def _profile(options: dict[str, Any]) -> Profile:
    participant = Participant.objects.filter(code=options["participant"]).first()
    if participant is None:
        raise NotNamed(f"There is no participant {options['participant']}.")
    wanted = options["environment"]
    rows = profiles.of(participant)
    found = profiles.in_use(rows, wanted)
    if found is None or (wanted and found.environment != wanted):
        raise NotNamed(f"{participant.code} has no such FINI profile.")
    found.participant = participant
    return found


def _operator(options: dict[str, Any], participant: Participant) -> Acting:
    user = User.objects.filter(username=options["user"]).first()
    acting = acting_at(user, participant.code) if user else None
    if acting is None or Role.OPERATOR not in acting.roles:
        raise NotNamed(f"{options['user']} is no operator of {participant.code}.")
    return acting


def _taken(profile: Profile, options: dict[str, Any], acting: Acting) -> Batch:
    path = options["file"]
    try:
        if path.stat().st_size > settings.BATCH_FILE_LIMIT:
            most = f"{settings.BATCH_FILE_LIMIT:,}"
            raise NotNamed(f"{path.name} is larger than {most} bytes.")
        content = path.read_bytes()
    except OSError as why:
        raise NotNamed(f"{path.name} cannot be read: {why.strerror}.") from None
    batch = batch_files.take(
        profile, path.name, content, acting, clock.now(), origin=Origin.COMMAND
    )
    layout = columns.propose(batch.heading).layout
    told = {"ipo_id": options["ipo"], "firm_id": options["firm"]}
    return batch_files.choose(batch, dict(layout), acting, **told)


def _check(batch: Batch) -> None:
    """Here, unless a worker was faster."""
    until = time.monotonic() + CHECKED_WITHIN
    reading.read(batch.pk)
    batch.refresh_from_db()
    while batch.status == BatchStatus.READING and time.monotonic() < until:
        time.sleep(0.5)
        batch.refresh_from_db()


def _problems(batch: Batch) -> Rows:
    rows = batch.problems.order_by("row")[:100]
    return [{"row": p.row, "column": p.column, "what": p.what} for p in rows]


def _told(batch: Batch) -> dict[str, Any]:
    told = {"batch": batch.number, "status": batch.status, "sentence": batch.sentence}
    counted = {name: batch.totals.get(name) for name in ("rows", "fit", "unfit")}
    return told | {name: value for name, value in counted.items() if value is not None}

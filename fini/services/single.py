"""One record by form: a batch of one, checked as the rows of a file are."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, replace

from fini import persons
from fini.batches.binding import Binding
from fini.batches.checking import Checked, Checker
from fini.batches.columns import Column
from fini.batches.problems import Problem, Weight
from fini.batches.records import Record, Totals
from fini.batches.rows import Row
from fini.models import Batch, EipoSubscription, Origin, Profile
from fini.refusals import Refusal
from fini.services import batch_moves, batch_numbers, reading
from fini.services.batch_files import check_profile
from fini.services.checked_rows import CheckedRows
from fini.states import Act, BatchStatus, SubscriptionStatus
from portal import secrets
from portal.activity import transaction
from portal.people.guards import Acting

S = SubscriptionStatus
ROW = 1
Cells = Mapping[Column, str]
OPEN = (S.DRAFTED, S.QUEUED, S.SENT, S.UNCONFIRMED)
PERSON = (
    *(Column.ID_TYPE, Column.JURISDICTION, Column.ID_NUMBER),
    *(Column.NAME_ENGLISH, Column.NAME_CHINESE),
)
NOT_RECORDED = (
    "FINI has no such record any more, or not yet. Nothing was made. "
    "Reload to see what became of it."
)
UNDER_WAY = (
    "Another change of this record is under way. Nothing was made. "
    "Wait for its end, or withdraw its batch."
)
ERASED = (
    "The personal data of this record are erased, or cannot be opened. Nothing was "
    "made. Fill in every field."
)
UNCHANGED = (
    "What was filled in is what the record has. Nothing was made. "
    "Fill in what is to change."
)


class Unfit(Exception):
    """The record has problems, each of one column; nothing was kept."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def add(profile: Profile, cells: Cells, acting: Acting, now: dt.datetime) -> Batch:
    """Raises Unfit, and Refusal."""
    with transaction.atomic():
        return _made(profile, cells, None, acting, now)


def change(
    target: EipoSubscription, cells: Cells, acting: Acting, now: dt.datetime
) -> Batch:
    """Cells that are empty stay as the record has them; its IPO and its own reference
    always do. Raises Unfit, and Refusal, also where nothing would change."""
    with transaction.atomic():
        _claim(target)
        whole = _filled(target, cells)
        return _made(target.batch.profile, whole, target, acting, now)


def invalidate(target: EipoSubscription, acting: Acting, now: dt.datetime) -> Batch:
    """Without the person, whom FINI need not be told again. Raises Refusal."""
    with transaction.atomic():
        _claim(target)
        batch = _batch(target.batch.profile, Act.INVALIDATE, acting, now)
        record = Record(
            *(ROW, target.own_ref, target.ipo_id, target.firm_id, target.quantity),
            *("", "", "", "", ""),
        )
        EipoSubscription.objects.create(
            participant=batch.participant,
            batch=batch,
            row=ROW,
            own_ref=record.own_ref,
            ipo_id=record.ipo_id,
            firm_id=record.firm_id,
            quantity=record.quantity,
            target=target,
        )
        totals, binding = Totals(), Binding()
        totals.add(record)
        binding.add(record, target.record_id)
        return _finish(batch, totals, binding.hexdigest(), acting)


def _made(
    profile: Profile,
    cells: Cells,
    target: EipoSubscription | None,
    acting: Acting,
    now: dt.datetime,
) -> Batch:
    batch = _batch(profile, Act.CHANGE if target else Act.ADD, acting, now)
    rules = reading.rules(batch)
    if target is not None:  # an IPO that is listed no more may still be corrected
        rules = replace(rules, ipo_ids=rules.ipo_ids | {target.ipo_id})
    checker = Checker({column: at for at, column in enumerate(Column)}, rules)
    row = Row(ROW, tuple(cells.get(column, "") for column in Column))
    rows = CheckedRows(batch, target)
    for checked in rows.store(rows.prepared(checker.check([row]))):
        _refuse_unfit(checked)
    return _finish(batch, rows.totals, rows.digest(), acting)


def _refuse_unfit(checked: Checked) -> None:
    problems = [p for p in checked.found if p.weight is Weight.PROBLEM]
    if problems:
        raise Unfit(tuple(problems))


def _batch(profile: Profile, act: Act, acting: Acting, now: dt.datetime) -> Batch:
    check_profile(profile)
    return batch_numbers.create(
        acting.participant,
        profile=profile,
        act=act,
        origin=Origin.FORM,
        status=BatchStatus.CHECKED,
        created_by=acting.user,
        created_at=now,
    )


def _finish(batch: Batch, totals: Totals, digest: str, acting: Acting) -> Batch:
    batch.totals, batch.records_sha256 = asdict(totals), digest
    batch.save(update_fields=["totals", "records_sha256"])
    batch_moves.record(batch, "Fill in", user=acting.user)
    return batch


def _claim(target: EipoSubscription) -> None:
    """One act at a time on a record, which FINI has. Raises Refusal."""
    rows = EipoSubscription.objects.select_for_update(no_key=True)
    held = rows.get(pk=target.pk)
    has_ended = target.batch.act == Act.INVALIDATE
    if held.status != S.RECORDED or not held.record_id or has_ended:
        raise Refusal(NOT_RECORDED)
    if EipoSubscription.objects.filter(target=held, status__in=OPEN).exists():
        raise Refusal(UNDER_WAY)


def _filled(target: EipoSubscription, cells: Cells) -> Cells:
    fixed = (Column.OWN_REF, Column.IPO_ID)
    given = {c: text for c, text in cells.items() if text.strip() and c not in fixed}
    kept = {
        Column.FIRM_ID: target.firm_id,
        Column.QUANTITY: str(target.quantity),
        **(_person(target) if not given.keys() >= set(PERSON) else {}),
    }
    if all(kept.get(column) == text.strip() for column, text in given.items()):
        raise Refusal(UNCHANGED)
    own = {Column.OWN_REF: target.own_ref, Column.IPO_ID: target.ipo_id}
    return {**kept, **given, **own}


def _person(target: EipoSubscription) -> dict[Column, str]:
    """Raises Refusal."""
    try:
        held = persons.open_person(target.pk, bytes(target.sealed_person))
    except secrets.CannotOpen:
        raise Refusal(ERASED) from None
    told = (
        *(held.id_type, held.jurisdiction, held.number),
        *(held.name_english, held.name_chinese),
    )
    return dict(zip(PERSON, told, strict=True))

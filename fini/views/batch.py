"""One batch: its columns, what is wrong with it, the decision, how the sending goes."""

import urllib.parse
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fini import batch_words
from fini.batch_forms import AskForm, ColumnsForm, ListForm
from fini.models import Batch
from fini.selectors import acts, codes, offers, people, records, undecided
from fini.selectors import batches as selectors
from fini.states import BatchStatus
from portal import clock
from portal.approvals import selectors as approvals
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role

B = BatchStatus
BEFORE_CHECK = (B.UPLOADED, B.READING, B.UNREADABLE)
UNDER_WAY = (B.QUEUED, B.SENDING, B.ENDED)
WITHDRAWABLE = (B.UPLOADED, B.CHECKED, B.AWAITING_APPROVAL, B.QUEUED)


@require_safe
@guards.member()
def batch(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk)
    return page(request, row, 200)


@require_safe
@guards.member()
def state(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    context = shown(request.acting, found(request.acting, pk))
    return render(request, "fini/batches/_state.html", context)


@require_safe
@guards.member()
def listed(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The records, as the filters of the page's address want them."""
    row = found(request.acting, pk)
    return render(request, "fini/batches/_records.html", _records(request, row))


def found(acting: Acting, pk: uuid.UUID) -> Batch:
    """Raises Http404 for another participant's."""
    row = selectors.one(acting.participant, pk)
    if row is None:
        raise Http404
    return row


def page(
    request: ActingRequest,
    row: Batch,
    status: int,
    *,
    form: ColumnsForm | None = None,
    refusal: tuple[str, ...] = (),
) -> HttpResponse:
    """Also after a form that was not filled in well, or a step that was refused."""
    context = {
        **shown(request.acting, row, form),
        **_records(request, row),
        "refusal": refusal,
    }
    return render(request, "fini/batches/batch.html", context, status=status)


def columns_form(acting: Acting, row: Batch, data: object = None) -> ColumnsForm:
    firms = offers.firms(acting.participant)
    return ColumnsForm(row, offers.ipos(row.profile), firms, data)


def shown(
    acting: Acting, row: Batch, form: ColumnsForm | None = None
) -> dict[str, object]:
    """What both templates show."""
    s, word = batch_words.of_batch(row)
    is_under_way = row.status in UNDER_WAY
    progress = selectors.progress(row) if is_under_way else None
    pace = selectors.pace(row, clock.real_now()) if row.status == B.SENDING else None
    operates = Role.OPERATOR in acting.roles
    if form is None and operates and row.status == B.UPLOADED:
        form = columns_form(acting, row)
    return {
        "row": row,
        "operates": operates,
        "s": s,
        "word": word,
        "notice": batch_words.of_notice(row, progress),
        "form": form,
        "is_checked": row.status not in BEFORE_CHECK and bool(row.totals),
        "progress": progress,
        "pace": pace,
        # What is held up tells when it goes on.
        "seconds_left": pace
        and progress
        and not row.sentence
        and pace.seconds_left(progress.queued),
        "undecided": undecided.rows(row).count()
        if progress and progress.unconfirmed
        else 0,
        "problems": selectors.problems(row),
        "ipos": _summed(row),
        "acted": acts.of(row),
        "ask": AskForm() if operates and row.status == B.CHECKED else None,
        "approval": row.approval if row.status == B.AWAITING_APPROVAL else None,
        "can_decide": row.approval is not None
        and row.status == B.AWAITING_APPROVAL
        and approvals.can_decide(row.approval, acting),
        "can_withdraw": operates and row.status in WITHDRAWABLE,
        "needs_approval": acting.participant.approval_required,
        "reaches": row.profile.get_environment_display(),
        "acting_for": row.profile.company_id,
    }


def _summed(row: Batch) -> list[tuple[str, str, int, int]]:
    """Records and shares of each IPO, with what it is called."""
    sums: dict[str, tuple[int, int]] = row.totals.get("ipos") or {}
    told = offers.beside(row.profile, sums)
    return [(ipo, told.get(ipo, ""), *sums[ipo]) for ipo in sums]


def _records(request: ActingRequest, row: Batch) -> dict[str, object]:
    if row.status in BEFORE_CHECK:
        return {"row": row, "lines": None}
    labels = codes.labels(request.acting.participant)
    form = ListForm(request.GET)
    form.is_valid()  # an unknown value filters nothing
    listed = records.page(row, form.wanted, labels)
    told = form.wanted
    kept = {"kind": told.kind, "q": told.text, "flow": told.sub_flow_status}
    kept = {name: value for name, value in kept.items() if value}
    here = {**kept, "after": told.after} if told.after else kept
    return {
        "row": row,
        "filters": form,
        "flows": offers.sub_flow_statuses(labels),
        "lines": [
            (line, *batch_words.of_record(line.row.status)) for line in listed.lines
        ],
        "page": listed,
        "is_filtered": bool(kept),
        "here": urllib.parse.urlencode(here),
        "first": told.after and (urllib.parse.urlencode(kept) or "kind="),
        "next": urllib.parse.urlencode({**kept, "after": listed.next_key})
        if listed.next_key
        else "",
        "may_act": Role.OPERATOR in request.acting.roles,
        "may_reveal": not request.acting.roles.isdisjoint(people.MAY_REVEAL),
    }

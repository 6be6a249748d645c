"""One submission: its state, what happened, HKEX's answer, what a person may do."""

import datetime as dt
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.approvals import selectors as approvals
from portal.approvals.models import Approval
from portal.exchange.hktime import hk_time
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role
from transfers.forms import DecisionForm
from transfers.models import Submission
from transfers.selectors import retrieved
from transfers.selectors import submissions as selectors
from transfers.selectors.state_words import percent_sent, state_words
from transfers.selectors.submissions import Whole
from transfers.selectors.uploads import Sender
from transfers.services import checks
from transfers.spec import catalogue
from transfers.spec.results import Verdict
from transfers.states import SubmissionStatus
from transfers.views import answers_of_hkex, notices, powers, track

S = SubmissionStatus


@guards.member()
@require_safe
def submission(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    whole = found(request.acting, pk)
    return render(request, "transfers/submission.html", shown(request.acting, whole))


@guards.member()
@require_safe
def state(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    whole = found(request.acting, pk)
    return render(request, "transfers/_state.html", shown(request.acting, whole))


def found(acting: Acting, pk: uuid.UUID) -> Whole:
    """Raises Http404 for another participant's."""
    whole = selectors.whole(acting.participant, pk)
    if whole is None:
        raise Http404
    return whole


def shown(
    acting: Acting, whole: Whole, form: DecisionForm | None = None
) -> dict[str, object]:
    """What both templates show, and a decision form that was not filled in well."""
    row, today = whole.submission, clock.today()
    own = [one for one in whole.approvals if one.object_pk == row.pk]
    first = own[-1] if own else None
    entry = catalogue.FILE_IDS.get(row.file_id)
    return {
        "whole": whole,
        "row": row,
        "title": entry.name if entry else row.file_id,
        "state": state_words(row),
        "percent": percent_sent(row),
        "notice": notices.notice(row, first, today),
        "steps": track.steps(whole, first, today),
        "results": [answers_of_hkex.shown(result, row) for result in whole.results],
        "distributed": retrieved.of_submission(row),
        "attempt": whole.attempts[-1] if whole.attempts else None,
        "verdict": _verdict(row),
        "form": form or DecisionForm(initial={"wait_until": _in_half_an_hour()}),
        "acting_for": row.identity,
        **_powers(acting, whole, whole.approval),
    }


def _in_half_an_hour() -> str:
    """16:05: what a person is offered who keeps waiting, on a round five minutes."""
    at = hk_time(clock.now()) + dt.timedelta(minutes=35)
    return f"{at:%H}:{at.minute // 5 * 5:02}"


def _powers(
    acting: Acting, whole: Whole, pending: Approval | None
) -> dict[str, object]:
    """What this person may do now; the services check again."""
    row = whole.submission
    operates = Role.OPERATOR in acting.roles
    free = whole.replacement is None and operates
    return {
        "can_decide": pending is not None and approvals.can_decide(pending, acting),
        "can_withdraw": operates and row.status in powers.WITHDRAWABLE,
        "can_say": operates and row.status == S.UNCONFIRMED and pending is None,
        "can_correct": free and row.status in powers.REPLACEABLE,
        "can_send_again": free
        and row.status in powers.SAME_FILE_AGAIN
        and row.day == clock.today(),
    }


def _verdict(row: Submission) -> Verdict | None:
    """What the second person decides on: the same rules, run on the stored file."""
    entry = catalogue.FILE_IDS.get(row.file_id)
    if row.status != S.AWAITING_APPROVAL or entry is None:
        return None
    sender = Sender(row.account, row.identity, is_only_environment=True)
    target = checks.target(sender, entry, entry.menu, clock.now())
    try:
        return checks.whole(target, row)
    except FileNotFoundError:
        return None

"""The board of a day: what is due, has arrived, is late, missing or excused."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.exchange.hktime import hk_day
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.expected_forms import DayForm, ExcuseForm
from transfers.selectors import expected as selectors
from transfers.services import boards
from transfers.services.refusals import Refusal

MAY_EXCUSE = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})
_ONE = dt.timedelta(1)


@guards.member()
@require_safe
def expected(request: ActingRequest) -> HttpResponse:
    now = clock.now()
    day = DayForm(request.GET).day_or(hk_day(now))
    context = {
        "board": selectors.board(request.acting.participant, day, now),
        "is_today": day == hk_day(now),
        "before": day - _ONE,
        "after": day + _ONE if day < hk_day(now) else None,
        "may_excuse": bool(request.acting.roles & MAY_EXCUSE),
        "may_rule": Role.ADMIN in request.acting.roles,
    }
    part = "X-Partial" in request.headers
    name = "_board.html" if part else "board.html"
    return render(request, f"transfers/expected/{name}", context)


@guards.member(*MAY_EXCUSE)
@require_http_methods(["GET", "HEAD", "POST"])
def excuse(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = selectors.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    board = f"{reverse('expected', args=[row.participant.code])}?day={row.day}"
    posted = request.method == "POST"
    form = ExcuseForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            boards.excuse(row, form.cleaned_data["reason"], request.user, clock.now())
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"{row.rule.name_pattern} is excused.")
        return redirect(board)
    context = {"row": row, "form": form, "board_url": board}
    status = 422 if posted else 200
    return render(request, "transfers/expected/excuse.html", context, status=status)

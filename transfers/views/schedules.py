"""When an account's folders are looked at: read by all, set by administrators."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from keys.models import SftpAccount
from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role
from transfers.fetch_forms import ScheduleForm
from transfers.models import FetchSchedule, ScheduleKind
from transfers.selectors import schedules as selectors
from transfers.selectors.fetching import state_of
from transfers.services import schedules as services
from transfers.services.refusals import Refusal

SOBER = {
    "kind": ScheduleKind.EVERY,
    "every_minutes": 30,
    "opens_at": "07:15",
    "closes_at": "23:55",
    "on_trading_days_only": True,
}
# value, word, hint: as the form offers them.
KINDS = [
    (ScheduleKind.EVERY, "Every few minutes", "Between two times of the day"),
    (ScheduleKind.AT, "At given times", "Such as 19:10 and 22:30"),
    (ScheduleKind.UNTIL, "Until it has come", "Every few minutes, and no more then"),
]


@guards.member()
@require_http_methods(["GET", "HEAD"])
def schedules(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    account = _account(request.acting, pk)
    return _page(request, account, ScheduleForm(initial=SOBER))


@guards.member(Role.ADMIN)
@require_POST
def add(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    account = _account(request.acting, pk)
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            row = services.add(account, form.wish(), request.acting, clock.now())
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"Added: {selectors.words(row)}.")
            return _back(account)
    return _page(request, account, form, status=422)


@guards.member(Role.ADMIN)
@require_POST
def pause(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """Pause one that runs; go on with one that is paused."""
    row = _schedule(request.acting, pk)
    services.set_enabled(row, not row.is_enabled, request.acting, clock.now())
    messages.success(request, "It goes on." if row.is_enabled else "It is paused.")
    return _back(row.account)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = _schedule(request.acting, pk)
    if request.method != "POST":
        context = {"row": row, "words": selectors.words(row)}
        return render(request, "transfers/fetching/remove.html", context)
    services.remove(row, request.acting)
    messages.success(request, f"Removed: {selectors.words(row)}.")
    return _back(row.account)


def _page(
    request: ActingRequest, account: SftpAccount, form: ScheduleForm, status: int = 200
) -> HttpResponse:
    rows = selectors.of_account(account)
    context = {
        "account": account,
        "state": state_of(account, clock.now()),
        "schedules": [(row, selectors.words(row)) for row in rows],
        "form": form,
        "kinds": KINDS,
        "may_set": Role.ADMIN in request.acting.roles,
    }
    return render(request, "transfers/fetching/schedules.html", context, status=status)


def _account(acting: Acting, pk: uuid.UUID) -> SftpAccount:
    rows = SftpAccount.objects.select_related("facility", "participant")
    return get_object_or_404(rows, pk=pk, participant=acting.participant)


def _schedule(acting: Acting, pk: uuid.UUID) -> FetchSchedule:
    rows = FetchSchedule.objects.select_related(
        "account__facility", "account__participant"
    )
    return get_object_or_404(rows, pk=pk, account__participant=acting.participant)


def _back(account: SftpAccount) -> HttpResponse:
    return redirect("fetch_schedules", account.participant.code, account.pk)

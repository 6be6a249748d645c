"""Renew an account's key over SFTP: asks first; try again, or take it back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from keys.models import KeyRenewal, SftpAccount
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.renewal_states import OPEN, MoveNotAllowed, RenewalStatus
from keys.selectors.timelines import timeline_of
from keys.services import renewals
from keys.views.lookups import account_of, page_of, with_account
from portal import clock
from portal.approvals.services import CannotDecide, CannotRequest
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role

QUEUED = "The new key is made and goes to HKEX in the next visit."
ASKED = "The new key is made. The renewal waits for an approver."
TRYING = "The new key is tried by a login in the next visit."
WITHDRAWN = "The renewal is withdrawn. The keys at HKEX stay as they are."
MOVED = "The renewal has moved on meanwhile. Nothing was changed. Read its state below."


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def renew(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    """The page says whether it replaces a Renewed key; the form says it again."""
    if request.method == "POST":
        return _start(request, account)
    slots = timeline_of(account).on(clock.today())
    context = {
        "account": account,
        "slots": slots,
        "rules": rules_of(account.facility.platform),
    }
    return render(request, "keys/renew.html", context)


@guards.member(Role.ADMIN)
@require_POST
def try_again(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    renewal = _open(request.acting, pk)
    try:
        renewals.try_again(renewal, request.acting, clock.now())
    except (Refusal, MoveNotAllowed) as refusal:
        messages.error(request, _words(refusal))
    else:
        messages.info(request, TRYING)
    return page_of(renewal.account)


@guards.member(Role.ADMIN)
@require_POST
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    renewal = _open(request.acting, pk)
    try:
        renewals.withdraw(renewal, request.acting, clock.now())
    except (Refusal, MoveNotAllowed, CannotDecide) as refusal:
        messages.error(request, _words(refusal))
    else:
        messages.success(request, WITHDRAWN)
    return page_of(renewal.account)


def _start(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    overwrite = request.POST.get("overwrite") == "yes"
    try:
        renewal = renewals.start_renewal(
            account, clock.now(), by=request.acting.user, overwrite=overwrite
        )
    except (Refusal, CannotRequest) as refusal:
        messages.error(request, str(refusal))
    else:
        asks = renewal.status == RenewalStatus.DRAFTED
        messages.success(request, ASKED if asks else QUEUED)
    return page_of(account)


def _open(acting: Acting, pk: uuid.UUID) -> KeyRenewal:
    """The account's open renewal, else the latest, which the services refuse."""
    rows = KeyRenewal.objects.select_related(
        "key", "account__facility", "account__participant"
    ).filter(account=account_of(acting, pk))
    found = rows.filter(status__in=OPEN).first()
    return found or get_object_or_404(rows.order_by("-created_at")[:1])


def _words(refusal: Exception) -> str:
    return MOVED if isinstance(refusal, MoveNotAllowed) else str(refusal)

"""Deciding a proposal: the total retyped and a one-time code, or a reason; withdrawing
one's own."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from fini.funding import money
from fini.funding_forms import ApprovalForm, ReasonForm
from fini.models import FundingProposal
from fini.refusals import Refusal
from fini.services.funding import consequences, proposals
from fini.views.funding.proposal import found, page
from portal import clock
from portal.approvals import refusals
from portal.approvals import selectors as approvals
from portal.approvals.services import CannotDecide
from portal.people import guards, second_factor
from portal.people.forms import DecisionCode
from portal.people.guards import ActingRequest
from portal.people.models import Role


@guards.member(Role.APPROVER)
@sensitive_post_parameters("code")
@require_POST
def approve(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The total first: a code is used up by being right."""
    row = found(request.acting, pk)
    if why := _cannot(request, row):
        return page(request, row, {"": why}, 409)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return page(request, row, {"total": str(form.errors["total"][0])}, 422)
    try:
        typed = money.typed(form.cleaned_data["total"])
        consequences.check_total(row, typed, request.acting)
    except Refusal as refusal:
        return page(request, row, {"total": str(refusal)}, 422)
    if second_factor.is_asked(request.acting.user):
        code = DecisionCode(request.acting.user, request.POST)
        if not code.is_valid():
            return page(request, row, {"code": str(code.errors["code"][0])}, 422)
    try:
        consequences.approve(row, request.acting, clock.now())
    except CannotDecide as refusal:
        return page(request, found(request.acting, pk), {"": str(refusal)}, 409)
    messages.success(request, f"Approved: proposal {row.number}. A worker sends it.")
    return redirect("fini_proposal", request.acting.participant.code, row.pk)


@guards.member(Role.APPROVER)
@require_POST
def send_back(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row, form = found(request.acting, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, row, {"reason": str(form.errors["reason"][0])}, 422)
    try:
        consequences.send_back(
            row, request.acting, form.cleaned_data["reason"], clock.now()
        )
    except CannotDecide as refusal:
        field = "reason" if str(refusal) == refusals.NO_REASON else ""
        row = found(request.acting, pk)
        return page(request, row, {field: str(refusal)}, 409)
    messages.success(
        request, f"Sent back to {row.proposed_by.username}: proposal {row.number}."
    )
    return redirect("fini_proposal", request.acting.participant.code, row.pk)


@guards.member(Role.OPERATOR)
@require_POST
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk)
    try:
        proposals.withdraw(row, request.acting, clock.now())
    except Refusal as refusal:
        return page(request, found(request.acting, pk), {"": str(refusal)}, 409)
    messages.success(request, f"Withdrawn: proposal {row.number}. Nothing is sent.")
    return redirect("fini_proposal", request.acting.participant.code, row.pk)


def _cannot(request: ActingRequest, row: FundingProposal) -> str:
    """Before a code is used up; the service checks all of it again."""
    asked = row.approval
    if asked is None or approvals.can_decide(asked, request.acting):
        return ""
    if asked.requested_by_id == request.acting.user.pk:
        return refusals.OWN_REQUEST
    return refusals.no_longer_pending(asked)

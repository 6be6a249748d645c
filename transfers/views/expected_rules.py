"""The rules about expected files, and what could be expected as well."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from portal import clock
from portal.exchange.hktime import hk_day
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.expected_forms import HabitForm, RuleForm
from transfers.habits import Habit
from transfers.selectors import expected as selectors
from transfers.services import expected_rules
from transfers.services.refusals import Refusal


@guards.member()
@require_safe
def rules(request: ActingRequest) -> HttpResponse:
    return _page(request, RuleForm(initial={"warn_minutes": 15, "count": 1}), 200)


@guards.member(Role.ADMIN)
@require_POST
def add(request: ActingRequest) -> HttpResponse:
    form = RuleForm(request.POST)
    if form.is_valid():
        rule = form.rule(hk_day(clock.now()))
        try:
            expected_rules.add(rule, request.acting, clock.now())
        except Refusal as refusal:
            form.add_error("name_pattern", refusal.sentence)
        else:
            messages.success(request, f"{rule.name_pattern} is expected from today on.")
            return _to_rules(request)
    return _page(request, form, 422)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    rule = selectors.rules(request.acting.participant).filter(pk=pk).first()
    if rule is None:
        raise Http404
    if request.method != "POST":
        return render(request, "transfers/expected/end.html", {"rule": rule})
    if expected_rules.end(rule, request.acting, clock.now()):
        messages.success(request, f"{rule.name_pattern} is expected no more.")
    return _to_rules(request)


@guards.member(Role.ADMIN)
@require_POST
def take(request: ActingRequest) -> HttpResponse:
    habit = _habit(request)
    if habit is not None:
        try:
            expected_rules.take(habit, request.acting, clock.now())
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"{habit.pattern} is expected from today on.")
    return _to_rules(request)


@guards.member(Role.ADMIN)
@require_POST
def decline(request: ActingRequest) -> HttpResponse:
    habit = _habit(request)
    if habit is not None:
        expected_rules.decline(habit, request.acting, clock.now())
        messages.success(request, f"{habit.pattern} is not proposed again.")
    return _to_rules(request)


def _habit(request: ActingRequest) -> Habit | None:
    """What is taken is what the files say now, not what the page sent."""
    form = HabitForm(request.POST)
    found = selectors.proposals(request.acting.participant, clock.now())
    habit = form.chosen(found) if form.is_valid() else None
    if habit is None:
        messages.error(
            request, "It does not come regularly any more. Nothing was changed."
        )
    return habit


def _to_rules(request: ActingRequest) -> HttpResponse:
    return redirect("expected_rules", request.acting.participant.code)


def _page(request: ActingRequest, form: RuleForm, status: int) -> HttpResponse:
    participant = request.acting.participant
    may = Role.ADMIN in request.acting.roles
    context = {
        "form": form,
        "rules": selectors.rules(participant),
        "habits": selectors.proposals(participant, clock.now()) if may else [],
        "may_rule": may,
    }
    return render(request, "transfers/expected/rules.html", context, status=status)

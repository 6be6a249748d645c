"""A year of the exchange: its days without the usual trading, and setting one."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.tradingdays import selectors, services, words
from portal.tradingdays.forms import DayForm, YearForm
from portal.tradingdays.models import OverrideKind
from portal.tradingdays.refusals import Refusal

# What each choice of the form says below its name.
HINTS = {
    OverrideKind.CLOSED: "A typhoon: nothing opens on this day.",
    OverrideKind.CLOSES_EARLY: "A typhoon: closed from the time below.",
    OverrideKind.OPENS_LATE: "A typhoon: closed until the time below.",
    OverrideKind.HALF_DAY: "Trading ends at noon; service hours stay.",
    OverrideKind.HOLIDAY_TRADING: "Derivatives trade on this public holiday.",
    OverrideKind.HOLIDAY: "One that the calendar does not know yet.",
    OverrideKind.TRADING: "No half day, although it is an eve.",
}


@guards.site_admin
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    asked = YearForm({"year": request.GET.get("year", str(today.year))})
    number = asked.cleaned_data["year"] if asked.is_valid() else today.year
    return _page(request, DayForm(initial={"day": today}), number, 200)


@guards.site_admin
@require_POST
def set_day(request: ActingRequest) -> HttpResponse:
    form = DayForm(request.POST)
    if form.is_valid():
        day: dt.date = form.cleaned_data["day"]
        try:
            services.set_day(day, form.override, request.user, clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            told = selectors.turned(day, form.override).after.told
            messages.success(request, f"{words.in_full(day)}: {told}.")
            return redirect(f"{reverse('trading_days')}?year={day.year}#{day}")
    return _page(request, form, clock.today().year, 422)


def _page(
    request: HttpRequest, form: DayForm, number: int, status: int
) -> HttpResponse:
    today = clock.today()
    known = selectors.calendar(today, today)
    context = {
        "number": number,
        "lines": selectors.year(number),
        "today": selectors.line(today, known),
        "next_day": known.next_trading_day(today),
        "form": form,
        "chosen": form["kind"].value(),
        "choices": [(kind, HINTS[kind]) for kind in OverrideKind],
    }
    return render(request, "tradingdays/year.html", context, status=status)

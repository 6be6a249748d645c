"""Removing what a day was set to, once its effect has been seen."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.people import guards
from portal.people.guards import ActingRequest
from portal.tradingdays import selectors, services, words
from portal.tradingdays.models import TradingDayOverride
from portal.tradingdays.refusals import Refusal


@guards.site_admin
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = TradingDayOverride.objects.select_related("set_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    turn = selectors.turned(row.day, None)
    if request.method != "POST":
        context = {"row": row, "turn": turn}
        return render(request, "tradingdays/remove.html", context)
    try:
        services.remove(row, request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{words.in_full(row.day)}: {turn.after.told} again.")
    return redirect(f"{reverse('trading_days')}?year={row.day.year}")

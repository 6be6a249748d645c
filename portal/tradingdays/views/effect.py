"""What a day would become, while the form is being filled in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people import guards
from portal.tradingdays import selectors, services
from portal.tradingdays.forms import PreviewForm
from portal.tradingdays.refusals import Refusal


@guards.site_admin
@require_safe
def effect(request: HttpRequest) -> HttpResponse:
    form = PreviewForm(request.GET)
    context: dict[str, object] = {}
    if form.is_valid():
        day, override = form.cleaned_data["day"], form.override
        context["turn"] = selectors.turned(day, override)
        try:
            services.refuse(day, override)
        except Refusal as refusal:
            if refusal.field != "reason":
                context["refusal"] = str(refusal)
    return render(request, "tradingdays/_effect.html", context)

"""One facility: its hosts, its line, HKEX's notice that the secondary site is used."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keys.models import Facility
from keys.refusals import Refusal
from keys.selectors import facilities as selectors
from keys.selectors.facilities import FacilityPage
from keys.services import facilities as services
from keys.site_forms import MEGABIT, BandwidthForm, NoticeForm
from keys.views.host_lines import host_line
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest

EXAMPLE = 10_000_000  # bytes, as Guide A §4.1.3 counts with


@guards.site_admin
@require_safe
def facility(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, _found(pk))


@guards.site_admin
@require_POST
def bandwidth(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    page, form = _found(pk), BandwidthForm(request.POST)
    if form.is_valid():
        bits = form.bits_per_second
        try:
            services.set_bandwidth(page.facility, bits, request.user, clock.now())
        except Refusal as refusal:
            form.add_error("megabits", str(refusal))
        else:
            return redirect("facility", pk)
    return _answer(request, page, line_form=form, status=422)


@guards.site_admin
@require_POST
def notice(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    page, form = _found(pk), NoticeForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.record_notice(
                page.facility,
                said["reference"],
                said["noticed_at"],
                request.user,
                clock.now(),
            )
        except Refusal as refusal:
            form.add_error("reference", str(refusal))
        else:
            return redirect("facility", pk)
    return _answer(request, page, notice_form=form, status=422)


@guards.site_admin
@require_POST
def end_notice(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    page = _found(pk)
    if page.notice is None:
        messages.error(request, "No notice of HKEX is open here. Nothing was changed.")
        return redirect("facility", pk)
    try:
        services.end_notice(page.notice, request.user, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("facility", pk)


def _found(pk: uuid.UUID) -> FacilityPage:
    try:
        return selectors.facility(pk)
    except Facility.DoesNotExist:
        raise Http404 from None


def _answer(
    request: HttpRequest,
    page: FacilityPage,
    *,
    line_form: BandwidthForm | None = None,
    notice_form: NoticeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = page.facility
    megabits = f"{row.bandwidth_bps / MEGABIT:g}"
    context = {
        "page": page,
        "row": row,
        "lines": [host_line(host) for host in page.hosts],
        "line_form": line_form or BandwidthForm(initial={"megabits": megabits}),
        "notice_form": notice_form or NoticeForm(),
        "takes_notices": row.platform not in selectors.FREE_TO_FAIL_OVER,
        "example_seconds": selectors.upload_seconds(EXAMPLE, row),
    }
    return render(request, "keys/facility.html", context, status=status)

"""The export of the current query as CSV; the export is an activity itself."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from portal import clock
from portal.activity import export as csv
from portal.activity import selectors, services
from portal.activity.forms import EnquiryForm
from portal.activity.views.enquiry import answer
from portal.people import guards
from portal.people.guards import ActingRequest


@require_GET
@guards.member()
def export(request: ActingRequest) -> HttpResponseBase:
    form = EnquiryForm(request.GET, clock.today())
    chain = selectors.chain_of(request.acting.participant)
    if not form.is_valid():
        return answer(request, form, chain)
    name = csv.file_name(clock.now())
    up_to = selectors.newest_seq(chain)
    services.record_export(
        request.acting.participant,
        request.acting.user,
        selectors.count(chain, form.query()),
        name,
    )
    response = csv.CsvResponse(
        csv.lines(chain, form.query(), up_to), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

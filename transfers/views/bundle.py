"""Many kept files as one zip that is made while it leaves; one activity for all."""

import uuid
from itertools import chain

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from portal import clock
from portal.exchange.hktime import hk_time
from portal.people import guards
from portal.people.guards import ActingRequest
from transfers import contents
from transfers.contents import NotWhole
from transfers.corner_forms import ChosenForm, CornerForm
from transfers.models import RetrievedFile
from transfers.selectors import corner as selectors
from transfers.services import downloads
from transfers.views.corner import answer
from transfers.views.streaming import StreamedFile

MOST = 2_000  # files in one zip
NOTHING = (
    "No file was chosen that the portal keeps. Nothing was downloaded. "
    "Mark files whose state is Kept, and download them again."
)
TOO_MANY = (
    f"More than {MOST:,} files fit these filters, and one zip holds {MOST:,}. Nothing "
    "was downloaded. Narrow the dates, or choose one subject."
)
NOT_READ = (
    "{name} cannot be read from our store. Nothing was downloaded, and the activity "
    "log says so. Leave it out, and tell the administrator."
)


@guards.member()
@require_POST
def bundle(request: ActingRequest) -> HttpResponseBase:
    acting, form = request.acting, _filters(request)
    rows = _rows(request, form)
    if isinstance(rows, str):
        return answer(request, acting, form, rows)
    name = f"HKEX-files-{hk_time(clock.now()):%Y%m%d-%H%M%S}.zip"

    def broke(fault: NotWhole) -> None:
        downloads.record_broken(
            acting.participant, acting.user, fault.row, str(fault), name
        )

    downloads.record_bundle(acting, rows, name)
    parts = contents.zipped(rows, broke)
    try:
        first = next(parts)
    except NotWhole as fault:
        lost = NOT_READ.format(name=contents.fit_name(fault.row.name))
        return answer(request, acting, form, lost)
    return StreamedFile(chain([first], parts), name, parts.close)


def _filters(request: ActingRequest) -> CornerForm:
    """Of the page that posted, so that a refusal shows it again."""
    return CornerForm(
        QueryDict(request.POST.get("filters", "")[:2000]), request.acting.participant
    )


def _rows(request: ActingRequest, form: CornerForm) -> list[RetrievedFile] | str:
    """What goes into the zip, or the sentence that says why there is none."""
    chosen = ChosenForm(request.POST)
    if not form.is_valid() or not chosen.is_valid():
        return NOTHING
    participant = request.acting.participant
    if chosen.cleaned_data["everything"]:
        found = list(selectors.matching(form.wanted(), MOST + 1))
    else:
        found = selectors.chosen(participant, _unique(chosen.cleaned_data["files"]))
    if len(found) > MOST:
        return TOO_MANY
    return [row for row in found if selectors.is_there(row)] or NOTHING


def _unique(pks: list[uuid.UUID]) -> list[uuid.UUID]:
    return list(dict.fromkeys(pks))[: MOST + 1]

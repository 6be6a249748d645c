"""The list of batches: newest first, by key; and the empty file to fill in."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fini import batch_words
from fini.batches import template as batch_template
from fini.models import Batch
from fini.selectors import batches as selectors
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@dataclass(frozen=True)
class Line:
    """One batch as the table shows it."""

    row: Batch

    @property
    def s(self) -> str:
        return batch_words.of_batch(self.row)[0]

    @property
    def word(self) -> str:
        return batch_words.of_batch(self.row)[1]


@require_safe
@guards.member()
def batches(request: ActingRequest) -> HttpResponse:
    page = selectors.page(request.acting.participant, request.GET.get("after", ""))
    context = {
        "lines": [Line(row) for row in page.rows],
        "older": page.next_key,
        "profiles": selectors.profiles(request.acting.participant),
        "operates": Role.OPERATOR in request.acting.roles,
    }
    name = "_batches" if "X-Partial" in request.headers else "batches"
    return render(request, f"fini/batches/{name}.html", context)


@require_safe
@guards.member()
def template(request: ActingRequest) -> HttpResponse:
    content = batch_template.template()
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{batch_template.NAME}"'
    return answer

"""Tables of a batch to download: what is wrong with it, what became of it."""

import uuid
from collections.abc import Iterator

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from fini.batches import problems as problem_table
from fini.batches import results as result_table
from fini.batches.problems import Problem, Weight
from fini.models import Batch
from fini.selectors import batches as selectors
from fini.selectors import records
from fini.views.batch import found
from portal.activity.export import CsvResponse
from portal.people import guards
from portal.people.guards import ActingRequest


@require_safe
@guards.member()
def problems(request: ActingRequest, pk: uuid.UUID) -> HttpResponseBase:
    row = found(request.acting, pk)
    lines = problem_table.table(_problems(row))
    return _answer((line.encode() for line in lines), f"batch_{row.number}_problems")


@require_safe
@guards.member()
def results(request: ActingRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Of all records, or with `?only=exceptions`."""
    row = found(request.acting, pk)
    only = request.GET.get("only") == "exceptions"
    name = f"batch_{row.number}_{'exceptions' if only else 'results'}"
    return _answer(result_table.table(records.results(row, exceptions=only)), name)


def _problems(row: Batch) -> Iterator[Problem]:
    for one in selectors.all_problems(row).iterator(chunk_size=2_000):
        yield Problem(one.row, one.column, one.what, Weight(one.weight))


def _answer(parts: Iterator[bytes], name: str) -> CsvResponse:
    answer = CsvResponse(parts, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer

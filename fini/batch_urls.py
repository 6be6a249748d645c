"""The addresses of EIPO subscriptions."""

from django.urls import URLPattern, path

from fini.views import (
    batch,
    batch_steps,
    batch_tables,
    batch_upload,
    batches,
    reconcile,
    record,
    unconfirmed,
)

_ONE, _RECORD = "<uuid:pk>/", "record/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("", batches.batches, name="fini_batches"),
    path("template/", batches.template, name="fini_batch_template"),
    path("new/", batch_upload.upload, name="fini_batch_new"),
    path("record/", record.add, name="fini_record_add"),
    path(f"{_RECORD}change/", record.change, name="fini_record_change"),
    path(f"{_RECORD}invalidate/", record.invalidate, name="fini_record_invalidate"),
    path("reconcile/", reconcile.page, name="fini_reconcile"),
    path("reconcile/ask/", reconcile.ask, name="fini_reconcile_ask"),
    path("reconcile/<uuid:pk>/", reconcile.one, name="fini_reconciliation"),
    path(_ONE, batch.batch, name="fini_batch"),
    path(f"{_ONE}state/", batch.state, name="fini_batch_state"),
    path(f"{_ONE}records/", batch.listed, name="fini_batch_records"),
    path(f"{_ONE}columns/", batch_steps.columns, name="fini_batch_columns"),
    path(f"{_ONE}ask/", batch_steps.ask, name="fini_batch_ask"),
    path(f"{_ONE}withdraw/", batch_steps.withdraw, name="fini_batch_withdraw"),
    path(f"{_ONE}unconfirmed/", unconfirmed.unconfirmed, name="fini_unconfirmed"),
    path(f"{_ONE}decide/", unconfirmed.decide, name="fini_unconfirmed_decide"),
    path(f"{_ONE}problems/", batch_tables.problems, name="fini_batch_problems"),
    path(f"{_ONE}results/", batch_tables.results, name="fini_batch_results"),
]

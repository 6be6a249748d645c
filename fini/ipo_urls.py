"""The addresses of the IPO board and of the words for codes."""

from django.urls import URLPattern, path

from fini.views import code_labels, ipos

urlpatterns: list[URLPattern] = [
    path("", ipos.board, name="fini_ipos"),
    path("refresh/", ipos.refresh, name="fini_ipos_refresh"),
    path("labels/", code_labels.labels, name="fini_labels"),
    path("labels/name/", code_labels.name, name="fini_label_name"),
    path("<uuid:pk>/", ipos.ipo, name="fini_ipo"),
]

"""The addresses of retention, under /p/<code>/retention/."""

from django.urls import URLPattern, path

from transfers.views import retention

urlpatterns: list[URLPattern] = [
    path("", retention.retention, name="retention"),
    path("propose/", retention.propose, name="purge_propose"),
    path("<uuid:pk>/withdraw/", retention.withdraw, name="purge_withdraw"),
]

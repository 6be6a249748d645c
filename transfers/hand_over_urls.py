"""The addresses of hand-overs, under /p/<code>/hand-over/."""

from django.urls import URLPattern, path

from transfers.views import hand_over

urlpatterns: list[URLPattern] = [
    path("", hand_over.rules, name="hand_over"),
    path("add/", hand_over.add, name="hand_over_add"),
    path("<uuid:pk>/", hand_over.rule, name="hand_over_rule"),
    path("<uuid:pk>/end/", hand_over.end, name="hand_over_end"),
    path("<uuid:pk>/retry/", hand_over.retry, name="hand_over_retry"),
]

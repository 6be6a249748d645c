"""The addresses of expected files, under /p/<code>/expected/."""

from django.urls import URLPattern, path

from transfers.views import expected, expected_rules

urlpatterns: list[URLPattern] = [
    path("", expected.expected, name="expected"),
    path("<uuid:pk>/excuse/", expected.excuse, name="expected_excuse"),
    path("rules/", expected_rules.rules, name="expected_rules"),
    path("rules/add/", expected_rules.add, name="expected_rule_add"),
    path("rules/<uuid:pk>/end/", expected_rules.end, name="expected_rule_end"),
    path("rules/take/", expected_rules.take, name="expected_habit_take"),
    path("rules/decline/", expected_rules.decline, name="expected_habit_decline"),
]

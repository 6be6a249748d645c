"""The addresses of fetching, under /p/<code>/fetching/."""

from django.urls import URLPattern, path

from transfers.views import fetching, schedules, visit_now

_ACCOUNT, _SCHEDULE = "accounts/<uuid:pk>/", "schedules/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("", fetching.fetching, name="fetching"),
    path(_ACCOUNT, schedules.schedules, name="fetch_schedules"),
    path(f"{_ACCOUNT}add/", schedules.add, name="fetch_schedule_add"),
    path(f"{_ACCOUNT}visit/", visit_now.visit_now, name="visit_now"),
    path(f"{_SCHEDULE}pause/", schedules.pause, name="fetch_schedule_pause"),
    path(f"{_SCHEDULE}remove/", schedules.remove, name="fetch_schedule_remove"),
    path("files/<uuid:pk>/now/", visit_now.fetch_now, name="fetch_now"),
]

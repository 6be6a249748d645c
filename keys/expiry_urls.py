"""The addresses of what expires, under /p/<code>/expiry/."""

from django.urls import URLPattern, path

from keys.views import calendar, expiry

urlpatterns: list[URLPattern] = [
    path("", expiry.expiry, name="expiries"),
    path("acknowledge/", expiry.acknowledge, name="expiry_acknowledge"),
    path("calendar/", calendar.make, name="calendar_make"),
    path("calendar/<uuid:pk>/revoke/", calendar.revoke, name="calendar_revoke"),
]

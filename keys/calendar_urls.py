"""The calendar's public address; its token is the key to it."""

from django.urls import URLPattern, path

from keys.views import calendar

urlpatterns: list[URLPattern] = [
    path("<slug:token>.ics", calendar.feed, name="calendar"),
]

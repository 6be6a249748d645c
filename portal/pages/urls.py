"""The front door, Today and its partials, the live stream, the clock, health."""

from django.urls import path

from portal.pages.views import clock, health, home, live, menu, poll, strip, today

urlpatterns = [
    path("", home.home, name="home"),
    path("clock/", clock.clock, name="clock"),
    path("health/", health.health, name="health"),
    path("p/<slug:participant>/", today.today, name="today"),
    path("p/<slug:participant>/home/", home.choose, name="choose_home"),
    path("p/<slug:participant>/panel/<slug:name>/", today.panel, name="panel"),
    path("p/<slug:participant>/strip/", strip.strip, name="strip"),
    path("p/<slug:participant>/menu/", menu.menu, name="menu"),
    path("p/<slug:participant>/live/", live.live, name="live"),
    path("p/<slug:participant>/live/poll/", poll.poll, name="poll"),
]

"""Registers the people app, and the clearing of sessions that are over."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"

    def ready(self) -> None:
        from portal import resealing, wakeups
        from portal.people import sealed

        resealing.register("second factors", sealed.reseal)
        wakeups.every(3600, "people.clear_sessions")

"""Registers the approvals app and its sweep."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "portal.approvals"
    label = "approvals"

    def ready(self) -> None:
        from portal import wakeups

        wakeups.every(15, "approvals.lapse_due")

"""Registers the alerts app: its wake-up and its regular jobs."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "portal.alerts"
    label = "alerts"

    def ready(self) -> None:
        from portal import wakeups

        wakeups.register("mail", "alerts.deliver_mail", "quick")
        wakeups.every(15, "alerts.wake_due_mail")
        # Asks every ten minutes whether the Hong Kong day has its checkpoint.
        wakeups.every(600, "alerts.check_activity")

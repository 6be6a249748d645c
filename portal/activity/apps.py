"""Registers the activity app: its triggers and its system check."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class ActivityConfig(AppConfig):
    name = "portal.activity"
    label = "activity"

    def ready(self) -> None:
        from portal.activity.checks import check_triggers

        register(check_triggers, Tags.database)
        post_migrate.connect(install_triggers, sender=self)


def install_triggers(using: str, **_: Any) -> None:
    """Each time, since SQLite drops triggers when a migration rebuilds the table."""
    from portal.activity import triggers

    if triggers.has_table(using):  # not when this app is migrated to zero
        triggers.install(using)

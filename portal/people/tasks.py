"""Regular work of the people app."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(name="people.clear_sessions")
def clear_sessions() -> None:
    """Delete the rows of sessions that nobody can use any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()

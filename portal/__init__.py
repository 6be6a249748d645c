"""The ground everyone stands on; loads the Celery app beside Django."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]

"""Settings, addresses and processes of the console."""

from console.celery import app as celery_app

__all__ = ["celery_app"]

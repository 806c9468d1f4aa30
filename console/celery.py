"""The Celery application; its tasks live in apps/operations only."""

import os

from celery import Celery

from console import folder_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

folder_broker.install()
app = Celery("console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["apps.operations"])

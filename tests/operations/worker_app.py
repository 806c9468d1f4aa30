"""The console's Celery application with one slow sweep more: it gives each store its external id, one by one."""

import os
import time

import django

django.setup()

from apps.operations import schedule  # noqa: E402
from apps.operations.sweeps import register  # noqa: E402
from apps.staff.models import Store  # noqa: E402
from console.celery import app  # noqa: E402

__all__ = ["app"]


def number_stores() -> int:
    """Each row says itself whether it is done; a run may die between any two of them."""
    handled = 0
    for store in Store.objects.filter(external_id_2="").order_by("pk"):
        time.sleep(float(os.environ.get("SLOW_ROW_SECONDS", "0")))
        handled += Store.objects.filter(pk=store.pk, external_id_2="").update(
            external_id_2=f"done-{store.pk}"
        )
    return handled


register("number_stores", number_stores, every_seconds=0.5)
# Quicker than in life, so that a test sees the second heartbeat too.
schedule.HEARTBEAT_SECONDS = 0.5
schedule.install()

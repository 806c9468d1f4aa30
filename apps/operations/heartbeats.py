"""Signs of life: the clock's when it rings, the worker's when it hears."""

import socket
from datetime import timedelta
from typing import Any

import celery
from celery.signals import beat_init, before_task_publish, worker_ready
from django.utils import timezone

from apps.operations.models import Heartbeat

# A row this old belongs to a machine that is gone.
FORGET_AFTER = timedelta(days=1)

_process = {"is_clock": False}


def beat_once(name: str) -> None:
    """Note that this process lives, and forget machines that are long gone."""
    Heartbeat.objects.update_or_create(
        name=name,
        hostname=socket.gethostname()[:120],
        defaults={"at": timezone.now(), "version": celery.__version__},
    )
    Heartbeat.objects.filter(at__lt=timezone.now() - FORGET_AFTER).delete()


@beat_init.connect
def clock_starts(**_: Any) -> None:
    _process["is_clock"] = True
    beat_once(Heartbeat.Name.BEAT)


@worker_ready.connect
def worker_starts(**_: Any) -> None:
    """At once, so that a house that has just started does not look dead until the first ring."""
    beat_once(Heartbeat.Name.WORKER)


@before_task_publish.connect
def clock_rings(sender: str = "", **_: Any) -> None:
    """In the clock's own process: the ring for a heartbeat is the clock's own sign of life."""
    if _process["is_clock"] and sender == "operations.heartbeat":
        beat_once(Heartbeat.Name.BEAT)

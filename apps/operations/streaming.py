"""Every worker offers to send the trail to the places that listen: one thread for each, asleep while another sends."""

import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down

from apps.audit.streaming import pushing, sinks

_stop = threading.Event()


@worker_ready.connect
def _begin(**_values: Any) -> None:
    """A lease in the database lets one worker send at a time."""
    _stop.clear()
    for sink in sinks.configured():
        threading.Thread(
            target=pushing.run, args=(sink, _stop), name=f"stream {sink.name}", daemon=True
        ).start()


@worker_shutting_down.connect
def _end(**_values: Any) -> None:
    _stop.set()

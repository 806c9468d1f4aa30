"""Every worker seals the trail in a thread of its own: a ring of the clock would come too seldom and wait its turn."""

import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down

from apps.audit.log import sealer

_stop = threading.Event()


@worker_ready.connect
def _begin(**_values: Any) -> None:
    """One thread for each worker; a lock in the database lets one of them work at a time."""
    _stop.clear()
    threading.Thread(target=sealer.run, args=(_stop,), name="sealer", daemon=True).start()


@worker_shutting_down.connect
def _end(**_values: Any) -> None:
    _stop.set()

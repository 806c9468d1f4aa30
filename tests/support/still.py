"""Nothing of one test goes on in the next: threads are waited for, and what they committed is found at once.

A call that is answered late is recorded by its own thread, on a connection of its own. PostgreSQL keeps what such a
thread wrote although the test's own transaction is rolled back; a later test would read it as its own.
"""

import threading
import time
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection
from pytest_django import DjangoDbBlocker

from apps.audit.models import Entry, EntryIdentifier
from apps.capillary.pool import POOL_THREADS, pool
from tests.support.trail import without_triggers

_WAIT_SECONDS = 30.0
_requests: set[threading.Thread] = set()


def watch_requests() -> None:
    """Called once: from now on `wait_until_still` knows which requests are being answered."""
    request_started.connect(_started, weak=False, dispatch_uid="tests.still")
    request_finished.connect(_finished, weak=False, dispatch_uid="tests.still")


def wait_until_still(seconds: float = _WAIT_SECONDS) -> None:
    """Until no thread of the client's pool works and no request is being answered, or that many seconds are over."""
    ends_at = time.monotonic() + seconds
    while _answering() and time.monotonic() < ends_at:
        time.sleep(0.005)
    threads, mine = pool(), 0
    while mine < POOL_THREADS and (left := ends_at - time.monotonic()) > 0:
        mine += threads.reserve(POOL_THREADS - mine, wait_seconds=left)
    threads.give_back(mine)


def remove_leftovers(blocker: DjangoDbBlocker) -> int:
    """How many entries outlived a test; they are removed. SQLite has one transaction for all threads of a test."""
    if connection.vendor != "postgresql":
        return 0
    with blocker.unblock():
        found = Entry.objects.count()
        if found:
            with without_triggers():
                EntryIdentifier.objects.all()._raw_delete("default")
                Entry.objects.all()._raw_delete("default")
    return found


def _answering() -> bool:
    return any(thread.is_alive() for thread in list(_requests) if thread is not threading.current_thread())


def _started(**_: Any) -> None:
    _requests.add(threading.current_thread())


def _finished(**_: Any) -> None:
    _requests.discard(threading.current_thread())

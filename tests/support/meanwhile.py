"""Somebody quicker by a moment: their row is written already, and committed while the other one waits for it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def written_meanwhile(write):
    """Whatever is written within it meets what ``write`` writes, on a connection of its own."""
    written = threading.Event()

    def run():
        try:
            with transaction.atomic():
                write()
                written.set()
                _until_somebody_waits()
        finally:
            written.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(run)
        assert written.wait(10)
        yield
        done.result(30)


def _until_somebody_waits(seconds=2.0):
    """PostgreSQL tells who waits. SQLite lets nobody begin to write meanwhile: whoever comes sees the row."""
    ends = time.monotonic() + (seconds if connection.vendor == "postgresql" else 0.2)
    while time.monotonic() < ends:
        time.sleep(0.02)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    return


def mark_in(answer):
    """What the form on this page carries back: how things stood when it was drawn."""
    return answer.context["form"]["opened"].value()

"""Processes that are killed with -9 in the middle of an act, on the test's own database."""

import os
import signal
import subprocess
import sys

from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from apps.operations.work import claims

CRASH = """
import os, signal, sys, django
django.setup()
from apps.capillary.client import Client
plain = Client.send
def send(client, call):
    answer = plain(client, call)
    if call.name == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
Client.send = send
exec(sys.argv[2])
"""


def run_and_die(call: str, words: str, base_url: str) -> None:
    """The words in a process of their own, which is killed with -9 when this call has been answered."""
    database = connection.settings_dict
    name = database["NAME"]
    url = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{name}"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CONSOLE_TEST_DATABASE_URL": url,
        "PYTHONPATH": str(django_settings.BASE_DIR),
    }
    head = f"from django.conf import settings; settings.CAPILLARY['base_url'] = {base_url!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", CRASH, call, head + words],
        env=environment, cwd=django_settings.BASE_DIR, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


BEFORE_SENDING = """
from apps.customers import note_sending
from apps.operations.acts import carrying
from apps.operations.work import looking
carrying.fenced = note_sending.fenced = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
looking.look({chunk})
"""


def worker_dies_before_sending(operation, base_url: str) -> None:
    """A worker of its own is killed with the first row's act kept and nothing sent; its chunk waits for another."""
    chunk = operation.chunks.get(phase="run", state="waiting")
    run_and_die("never", BEFORE_SENDING.format(chunk=chunk.pk), base_url)
    chunk.refresh_from_db()
    assert chunk.state == "claimed"
    assert claims.free_expired(timezone.now()) == 1

"""Processes of their own on the test's database: ``run(words)`` here, ``python -m tests.audit.log.processes`` there.

The one that is started never opens the database itself: it forks, so that many short lives cost one start.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HELD = 0.2


def surroundings(house):
    """What a process of its own has to find in its environment to work on this test's database."""
    from django.db import connection

    database = connection.settings_dict
    url = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    return {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CONSOLE_TEST_DATABASE_URL": url,
        "CONSOLE_TEST_VAR_DIR": str(house),
    }


def run(what, house, *values, checkpoints=""):
    """Do one of the things below in another process; what it printed, as JSON."""
    from django.conf import settings

    environment = {
        **os.environ, **surroundings(house), "CONSOLE_AUDIT_CHECKPOINT_FILE": str(checkpoints)
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.log.processes", what, *map(str, values)],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout.splitlines()[-1])


def child(act, *values):
    """The number of a new process that does this and ends."""
    number = os.fork()
    if number:
        return number
    status = 1
    try:
        act(*values)
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ended(number):
    """How a process ended: 0, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def kills():
    """Kill a pass before its first step, before its second, … until one comes through; how many were killed."""
    killed = 0
    while True:
        status = ended(child(_die_at, killed + 1))
        if status == 0:
            break
        assert status == -signal.SIGKILL, status
        killed += 1
        assert ended(child(_seal_and_verify)) == 0, f"killed before step {killed}"
    return killed


def _die_at(step):
    from django.db import connection

    from apps.audit.log import sealer
    from tests.audit.log.conftest import write

    write(3)
    steps = 0

    def count():
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapper(execute, *values):
        count()
        return execute(*values)

    commit = connection._commit

    def counted_commit():
        count()
        commit()

    connection._commit = counted_commit
    with connection.execute_wrapper(wrapper):
        assert sealer.seal().count


def _seal_and_verify():
    from apps.audit.log import sealer, verifying
    from apps.audit.models import Entry, Leaf, Verification

    sealer.seal_all()
    asked = verifying.go_on(Verification.objects.create())
    assert asked.findings == [], asked.findings
    places = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    assert places == list(range(Entry.objects.count()))


def load(seconds, writers, sealers):
    """Writers and sealers at once for so long; how many entries were written."""
    ends_at = time.time() + float(seconds)
    numbers = [child(_write_until, ends_at, one) for one in range(int(writers))]
    numbers += [child(_seal_until, ends_at) for _one in range(int(sealers))]
    return [ended(one) for one in numbers]


def _write_until(ends_at, number):
    from tests.audit.log.conftest import write

    count = 0
    while time.time() < ends_at:
        write(1 + count % 4, 100_000 * number + count)
        count += 1
        # A steady house, not as fast as the disk: this measures the sealer.
        time.sleep(0.02)


def _seal_until(ends_at):
    import threading

    from apps.audit.log import sealer

    stop = threading.Event()
    thread = threading.Thread(target=sealer.run, args=(stop,))
    thread.start()
    time.sleep(max(0.0, ends_at - time.time()))
    stop.set()
    thread.join()


def first_keys(count):
    """So many processes that find no key at the same moment; the keys they sign with."""
    from django.conf import settings

    begin = time.time() + HELD
    folder = Path(settings.VAR_DIR)
    assert [
        ended(one) for one in [child(_first_key, begin, folder / f"told-{one}") for one in range(int(count))]
    ] == [0] * int(count)
    return sorted({one.read_text() for one in folder.glob("told-*")})


def _first_key(begin, path):
    from apps.audit.log import keys

    while time.time() < begin:
        pass
    path.write_text(keys.signer().verifier.vkey)


if __name__ == "__main__":
    import django

    django.setup()
    # Once, before the many short lives begin.
    import tests.audit.log.conftest  # noqa: F401 with all it needs

    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))

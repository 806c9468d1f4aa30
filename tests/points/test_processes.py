"""Real processes, killed with -9: the web process between call and settle, the worker while it reads back."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests
from django.conf import settings
from django.urls import reverse

from apps.operations.models import SweepLease
from apps.points.models import Redemption
from tests.operations.house import ROOT, kill, opened, until
from tests.points.conftest import LIST, REDEEM, again
from tests.points.test_pages_redeem import at_the_code, values_of

pytestmark = pytest.mark.django_db(transaction=True)
SWEEP = "points.settle_redemptions"


@pytest.fixture
def house(tmp_path, outside):
    with opened("filesystem", tmp_path, "tests.points.house_app") as made:
        made.environment |= {"TEST_SANDBOX_URL": outside.url}
        yield made


@pytest.fixture
def web(house):
    """A web process of its own: its address, and the process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.fileno()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "tests.points.house_app:application",
            f"--bind=fd://{number}",
        ]
        with (house.folder / "web.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--worker-class=gthread", "--threads=4", "--no-control-socket"],
                cwd=ROOT, env=house.environment, pass_fds=[number], stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", process
        finally:
            if process.poll() is None:
                kill(process)


def test_a_web_process_killed_between_call_and_settle_leaves_one_redemption_that_a_worker_finds(
    desk, outside, house, web, client_as, agent
):
    client = client_as(agent)
    url = reverse("points:redeem", args=[desk.customer_id])
    values = values_of(at_the_code(client, url, "100"), code=outside.last_code(desk.customer_id)["code"])
    address, process = web
    token = "c" * 32
    cookies = {
        settings.CSRF_COOKIE_NAME: token,
        settings.SESSION_COOKIE_NAME: client.cookies["session"].value,
    }
    outside.add_fault(path=REDEEM, count=1, kind="latency", latency_ms=1000)

    def press():
        with pytest.raises(requests.ConnectionError):
            requests.post(
                f"{address}{url}do/", {**values, "csrfmiddlewaretoken": token}, cookies=cookies, timeout=60
            )

    pressing = threading.Thread(target=press)
    pressing.start()
    until(house, lambda: outside.requests(path=REDEEM))
    os.killpg(process.pid, signal.SIGKILL)
    pressing.join()
    act = Redemption.objects.get()
    assert (act.state, act.sent_at is not None) == ("in_progress", True)
    until(house, lambda: outside.redemptions(external_reference_number=act.reference))
    desk.overdue()
    with house.worker():
        until(house, lambda: again(act).state == "done", meanwhile=lambda: house.ring(SWEEP), seconds=60)
    assert client.post(f"{url}do/", values).headers["Location"] == reverse("points:redemption", args=[act.pk])
    assert len(outside.requests(path=REDEEM)) == 1


def test_a_worker_killed_while_it_reads_back_is_taken_over(desk, outside, house):
    outside.add_fault(path=REDEEM, count=1, kind="drop_after")
    act = desk.redeem(100)
    desk.overdue()
    outside.add_fault(path=LIST, count=1, kind="latency", latency_ms=30_000)
    with house.worker() as worker:
        until(house, lambda: outside.requests(path=LIST), meanwhile=lambda: house.ring(SWEEP), seconds=60)
        kill(worker)
    assert again(act).state == "unknown"
    # Its lease and its claim of the row run out by themselves; nobody waits for that here.
    SweepLease.objects.all().delete()
    desk.overdue()
    with house.worker():
        until(house, lambda: again(act).state == "done", meanwhile=lambda: house.ring(SWEEP), seconds=60)
    assert len(outside.requests(path=REDEEM)) == 1

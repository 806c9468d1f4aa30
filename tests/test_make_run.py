"""`make run` as after `git clone`: a folder of its own, four processes, Ctrl-C, and a second start that keeps the data.

Nothing here is faked, so it takes some seconds; it runs once, where the console is all it needs.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from apps.staff.demo import PASSWORD
from console.processes import own_addresses

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ("apps", "console", "static", "templates", "manage.py")
PATIENCE_SECONDS = 90
PROCESSES = ("console.wsgi", "apps.sandbox.wsgi", "console worker", "console beat")

pytestmark = [
    # It needs both cores for a moment and counts what it leaves behind.
    pytest.mark.xdist_group("make-run"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Processes are counted in /proc."),
    pytest.mark.skipif(
        "CONSOLE_TEST_DATABASE_URL" in os.environ, reason="The run on the embedded database has proved it."
    ),
]


def free_ports(count: int) -> list[int]:
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in holders]
    for one in holders:
        one.close()
    return ports


class Clone:
    """The house in a folder of its own, without settings and without data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in HOUSE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, folder / name)
        # What is set for tests must not reach it; the mark is what its processes are known by.
        ours = ("CONSOLE", "CAPILLARY", "SANDBOX", "DJANGO", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.mark = f"MADE_BY_TEST={uuid4().hex}"
        self.bare = kept | dict([self.mark.split("=")])

    def start(self, web: int, sandbox: int) -> subprocess.Popen[str]:
        ports = {"CONSOLE_PORT": str(web), "SANDBOX_PORT": str(sandbox)}
        return subprocess.Popen(
            [sys.executable, "-m", "console.run"],
            cwd=self.folder,
            env=self.bare | ports,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def running(self, web: int, sandbox: int) -> Iterator[str]:
        """The address of the pages; in the end Ctrl-C, and its word about how it ended."""
        main = self.start(web, sandbox)
        try:
            # Browsers make passkeys for a name and for none of its addresses; the name may mean either.
            for host in own_addresses():
                self.wait_for(f"http://{f'[{host}]' if ':' in host else host}:{web}/healthz", main)
            yield f"http://localhost:{web}"
            main.send_signal(signal.SIGINT)
            said, _ = main.communicate(timeout=PATIENCE_SECONDS)
            assert main.returncode == 0, said
        finally:
            for number in self.processes():
                os.kill(number, signal.SIGKILL)
            main.wait(timeout=PATIENCE_SECONDS)

    def wait_for(self, address: str, main: subprocess.Popen[str]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            assert main.poll() is None, main.stdout.read() if main.stdout else ""
            try:
                if requests.get(address, headers={"Host": "localhost"}, timeout=PATIENCE_SECONDS).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError(f"{address} did not answer.")

    def processes(self) -> dict[int, str]:
        """Number → command line of whatever was started from here and still lives."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (place / "environ").read_bytes().split(b"\0"):
                    found[int(place.name)] = (place / "cmdline").read_text().replace("\0", " ").strip()
            except OSError:
                continue
        return {number: line for number, line in found.items() if line}


def sign_in(web: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{web}/sign-in/", timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    person = {"username": "asha.verma@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = session.post(f"{web}/sign-in/", data=person, headers={"Referer": f"{web}/"}, timeout=20)
    assert "Asha Verma" in answer.text
    return session


def until_all_run(clone: Clone) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    missing: list[str] = list(PROCESSES)
    while missing and time.monotonic() < until:
        lines = list(clone.processes().values())
        missing = [each for each in PROCESSES if not any(each in line for line in lines)]
    assert missing == []


def test_one_command_starts_all_stops_all_and_keeps_the_data(tmp_path):
    clone = Clone(tmp_path)
    web_port, sandbox_port, another_port = free_ports(3)
    with clone.running(web_port, sandbox_port) as web:
        until_all_run(clone)
        session = sign_in(web)

        # A second one from the same folder would fight over the database.
        second = clone.start(another_port, another_port)
        assert "already runs from this folder" in second.communicate(timeout=PATIENCE_SECONDS)[0]
        assert second.returncode == 1

        # The shell finds the sandbox although it is not where it usually is.
        read = [sys.executable, "manage.py", "capillary", "customers", "get", "--customer-id", "500000001"]
        told = subprocess.run(read, cwd=tmp_path, env=clone.bare, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr
        assert json.loads(told.stdout)["id"] == 500000001

        # More than the server reads of an address: a sentence, not its bare page.
        long = requests.get(f"{web}/customers/?phone={'5' * 10_000}", timeout=20)
        assert long.status_code == 414
        assert "Nothing was done." in long.text
        assert "Go to the start" in long.text
    assert clone.processes() == {}

    with clone.running(web_port, sandbox_port) as web:
        kept = session.get(f"{web}/customers/", timeout=20, allow_redirects=False)
        assert kept.status_code == 200
        assert "Asha Verma" in kept.text
    assert clone.processes() == {}

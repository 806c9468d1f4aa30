"""A registered sweep for one test, and threads that close what they opened."""

import socket
import threading

import pytest
from django.db import connection

from apps.operations import sweeps
from tests.operations import work_help
from tests.support.people import person


@pytest.fixture
def registered():
    """Register sweeps for this test only: ``registered("tidy", run, every_seconds=60)``."""
    before = dict(sweeps._sweeps)
    yield sweeps.register
    sweeps._sweeps.clear()
    sweeps._sweeps.update(before)


@pytest.fixture
def desk():
    """The kind *test_rows*: each row does what its last column says."""
    desk = work_help.Desk()
    with work_help.registered(desk.kind()):
        yield desk


@pytest.fixture
def office(desk, stores, manager):
    """Rohan Mehta of Store 12 at work on long work."""
    return work_help.Office(stores.store_12, manager, desk)


@pytest.fixture
def second(stores):
    """Mira Kapoor, here the other manager of Store 12: decides on what Rohan Mehta asks for."""
    made = person(stores, "Mira Kapoor")
    made.memberships.update(store=stores.store_12)
    return made


@pytest.fixture
def unused_port():
    """A port on this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def together():
    """Run one function in several threads at the same moment; their results in any order."""

    def run(function, threads=8):
        gate, results, lock = threading.Barrier(threads), [], threading.Lock()

        def one():
            try:
                gate.wait(timeout=10)
                found = function()
            except Exception as error:  # handed to the test instead of dying with the thread
                found = error
            finally:
                connection.close()
            with lock:
                results.append(found)

        running = [threading.Thread(target=one) for _ in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join(timeout=30)
        return results

    return run

"""A real sandbox process for tests: seeded once, copied per worker, steered through its control API."""

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from requests import Response, Session
from requests import get as fetch

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 60
_PATIENCE_SECONDS = 60
_TOKEN_SECONDS = 120


@dataclass
class Sandbox:
    """One running look-alike. characters: key → {id, label, see, identifiers, …} of the hand-made customers."""

    url: str
    database: Path
    characters: dict[str, dict[str, Any]]
    _session: Session = field(default_factory=Session)
    _token: str = ""
    _token_at: float = 0.0

    def __post_init__(self) -> None:
        self._rows = sqlite3.connect(self.database, timeout=20, check_same_thread=False)
        self._rows.execute("PRAGMA synchronous = OFF")
        self._seeded = sqlite3.connect(":memory:", check_same_thread=False)
        self._rows.backup(self._seeded)
        self._restored_at = self._data_version()

    def add_fault(self, **values: Any) -> dict[str, Any]:
        """Order a fault: kind=latency|status|drop_before|drop_after|drip|nonsense, path=, method=, count=, …"""
        reply = self._session.post(f"{self.url}/_control/faults/", json=values, timeout=10)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())

    def clear(self) -> None:
        """Forget all faults."""
        self._session.delete(f"{self.url}/_control/faults/", timeout=10).raise_for_status()

    def reset(self) -> None:
        """No faults, default switches, empty list of requests; the data stays."""
        self._session.post(f"{self.url}/_control/reset", timeout=10).raise_for_status()

    def restore(self) -> None:
        """The data as it was seeded, whatever tests have done to it: none of them tells of another."""
        if self._data_version() != self._restored_at:
            self._seeded.backup(self._rows)
            self._restored_at = self._data_version()

    def _data_version(self) -> int:
        # Counts what others have written; what this connection writes itself does not count.
        return int(self._rows.execute("PRAGMA data_version").fetchone()[0])

    def switch(self, **values: str) -> None:
        """Choose how it answers everybody: dialect=, lists=, goodwill=, redeem=, reversal=, code_seconds=, …

        All of them with what they mean: apps/sandbox/control/switches.py.
        """
        self._session.post(f"{self.url}/_control/switches/", json=values, timeout=10).raise_for_status()

    def make_requests(self, count: int = 1, **values: Any) -> list[int]:
        """Let tills ask for goodwill: tills=[…], customers=[ids], base_type=, points=, series_id= → ids.

        Points, unless coupons are named: a mixture drawn by chance would make tests say different things.
        """
        order = {"count": count, "base_type": "POINTS", **values}
        reply = self._session.post(f"{self.url}/_control/goodwill.json", json=order, timeout=60)
        assert reply.status_code == 201, reply.text
        return list(reply.json()["ids"])

    def decide(self, request_id: int | str, verdict: str, **values: Any) -> Response:
        """approve, reject or credit a request as somebody outside the console; till=, points=, comments=."""
        address = f"{self.url}/_control/goodwill/{request_id}/{verdict}"
        return self._session.post(address, json=values, timeout=10)

    def goodwill(self, **filters: Any) -> list[dict[str, Any]]:
        """Requests as stored, newest first; status=, reference_id=, customer_id=, added_by=, id=."""
        reply = self._session.get(f"{self.url}/_control/goodwill.json", params=filters, timeout=10)
        return list(reply.json()["requests"])

    def invite_elsewhere(self, customers: list[int], count: int = 1, **values: Any) -> list[int]:
        """Let tills invite: tills=[…], campaign=, identifiers=[…], stages=[…], spread_hours=, hidden= → ids."""
        order = {"customers": customers, "count": count, **values}
        reply = self._session.post(f"{self.url}/_control/referrals.json", json=order, timeout=60)
        assert reply.status_code == 201, reply.text
        return list(reply.json()["ids"])

    def grow_invitee(self, referral_id: int, act: str, **values: Any) -> Response:
        """Let an invitee register, buy or be given the reward; days_ago=, mobile=, email=, hidden=."""
        address = f"{self.url}/_control/referrals/{referral_id}/{act}"
        return self._session.post(address, json=values, timeout=10)

    def invitations(self, **filters: Any) -> list[dict[str, Any]]:
        """Invitations as stored with their stage, newest first; id=, referrer_id=, identifier=, till_code=, limit=."""
        reply = self._session.get(f"{self.url}/_control/referrals.json", params=filters, timeout=10)
        return list(reply.json()["referrals"])

    def expire_tokens(self) -> None:
        """Make every token issued until now worthless."""
        self._session.delete(f"{self.url}/_control/tokens/", timeout=10).raise_for_status()

    def redemptions(self, **filters: Any) -> list[dict[str, Any]]:
        """Redemptions as stored, newest first, with parts; customer_id=, external_reference_number=, code=."""
        return list(self._told("redemptions", filters)["redemptions"])

    def reversals(self, **filters: Any) -> list[dict[str, Any]]:
        """Reversals as stored, newest first; customer_id=, external_reference_number=, redemption_code=."""
        return list(self._told("reversals", filters)["reversals"])

    def last_code(self, customer_id: int | str) -> dict[str, Any]:
        """The last one-time code of a customer: code, points, sent, wrong, issued_at, used_at, holds."""
        return dict(self._told("codes", {"customer_id": customer_id})["codes"][0])

    def redeem_elsewhere(self, customer_id: int | str, points: object, **values: Any) -> dict[str, Any]:
        """A till takes points on its own; programme_id=, across=, till=, external_reference_number=, notes=."""
        return self._ordered("redemptions", {"customer_id": customer_id, "points": str(points), **values})

    def reverse_elsewhere(self, redemption: int | str, points: object = "", **values: Any) -> dict[str, Any]:
        """A till gives points of a redemption (short id or number) back, all that remains unless said; till=."""
        return self._ordered("reversals", {"redemption": redemption, "points": str(points), **values})

    def credit(self, customer_id: int | str, points: object, **values: Any) -> dict[str, Any]:
        """Give a customer points; programme_id=, expires_on= (a day)."""
        return self._ordered("credits", {"customer_id": customer_id, "points": str(points), **values})

    def _told(self, name: str, filters: dict[str, Any]) -> dict[str, Any]:
        reply = self._session.get(f"{self.url}/_control/{name}.json", params=filters, timeout=10)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def _ordered(self, name: str, order: dict[str, Any]) -> dict[str, Any]:
        reply = self._session.post(f"{self.url}/_control/{name}.json", json=order, timeout=10)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())

    def requests(self, *, path: str = "*", method: str = "*") -> list[dict[str, Any]]:
        """What arrived since the last reset, oldest first; path is a glob without query."""
        params = {"path": path, "method": method}
        reply = self._session.get(f"{self.url}/_control/requests/", params=params, timeout=10)
        return list(reply.json()["requests"])

    def identifier(self, character: str, name: str) -> str:
        """The value of one identifier of a character."""
        known = self.characters[character]["identifiers"]
        return str(next(row["value"] for row in known if row["name"] == name))

    def token(self) -> str:
        """An OAuth token of the demo client."""
        # It is good for five minutes; a long run has tests long after that.
        if not self._token or time.monotonic() - self._token_at > _TOKEN_SECONDS:
            pair = {"key": "demo-key", "secret": "demo-secret"}
            reply = self._session.post(f"{self.url}/v3/oauth/token/generate", json=pair, timeout=10)
            self._token = reply.json()["data"]["accessToken"]
            self._token_at = time.monotonic()
        return self._token

    def get(self, path: str, *, sandbox: str = "", **params: Any) -> Response:
        """A signed-in GET; sandbox is the X-Sandbox header for this request alone."""
        return self.call("GET", path, sandbox=sandbox, params=params)

    def call(self, method: str, path: str, *, sandbox: str = "", **more: Any) -> Response:
        """Any signed-in call; more goes to the HTTP library."""
        headers = {"X-CAP-API-OAUTH-TOKEN": self.token(), "X-Sandbox": sandbox, **more.pop("headers", {})}
        return self._session.request(method, f"{self.url}{path}", headers=headers, timeout=20, **more)


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox per test process, served as in production; it lives until the session ends."""
    shared = tmp_path_factory.getbasetemp()
    # Under xdist every worker has a folder of its own below the one they share.
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    template = _seeded_template(shared)
    database = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3"
    shutil.copy(template, database)
    with _served(database) as url:
        characters = {row["key"]: row for row in json.loads(_manage(database, "characters"))}
        sandbox = Sandbox(url, database, characters)
        # Fetched before anybody orders a fault: the first test of a process would else see it hit the sign-in.
        sandbox.token()
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """The sandbox as seeded: without faults, with default switches and an empty request list."""
    sandbox_process.reset()
    sandbox_process.restore()
    yield sandbox_process
    sandbox_process.reset()


def _seeded_template(folder: Path) -> Path:
    template = folder / "sandbox-template.sqlite3"
    with (folder / "sandbox-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            fresh = folder / "sandbox-fresh.sqlite3"
            _manage(fresh, "prepare", f"--customers={CUSTOMERS}")
            fresh.rename(template)
    return template


def _manage(database: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "apps.sandbox", *arguments]
    environment = {**os.environ, "SANDBOX_DATABASE": str(database)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _served(database: Path) -> Iterator[str]:
    # The socket is opened here and handed over: no other process can take the port in between.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        number = listener.fileno()
        command = [sys.executable, "-m", "gunicorn", "apps.sandbox.wsgi:application"]
        options = [
            "--worker-class=gthread",
            "--threads=16",
            "--graceful-timeout=1",
            "--no-control-socket",
            f"--bind=fd://{number}",
        ]
        environment = {**os.environ, "SANDBOX_DATABASE": str(database)}
        log = database.with_suffix(".log").open("w")
        process = subprocess.Popen(
            [*command, *options, "--log-level=warning"],
            cwd=ROOT,
            env=environment,
            pass_fds=[number],
            stdout=log,
            stderr=log,
        )
        try:
            # The listener accepts at once; the answer comes when the worker is up.
            fetch(f"{url}/_control/switches/", timeout=_PATIENCE_SECONDS).raise_for_status()
            yield url
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE_SECONDS)
            log.close()

"""Ordered troubles, seen by a real client on a real connection."""

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.support.sandbox import ROOT, Sandbox

CUSTOMER = "/v2/customers/500000001"
NOTES = "/v1.1/customer/notes"


def note(text: str) -> dict[str, object]:
    return {"root": {"customer": [{"mobile": "915550000020", "notes": {"note": [{"description": text}]}}]}}


def stored(sandbox: Sandbox) -> list[str]:
    customer = sandbox.get(NOTES, mobile="915550000020").json()["response"]["customer"]
    return [row["description"] for row in customer.get("notes", {}).get("note", [])]


def test_latency_is_felt(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="latency", latency_ms=300, path="/v2/*", count=1)
    started = time.monotonic()
    assert sandbox.get(CUSTOMER).status_code == 200
    assert time.monotonic() - started >= 0.3
    assert sandbox.requests(path=CUSTOMER)[0]["duration_ms"] >= 300


def test_429_tells_when_to_come_back_and_counts_down(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="status", status=429, retry_after="2", count=2)
    replies = [sandbox.get(CUSTOMER) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429, 429, 200]
    assert replies[0].headers["Retry-After"] == "2"
    assert replies[0].headers["X-Cap-Requestid"]


def test_5xx_has_the_body_that_was_ordered(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="status", status=502, body='{"message": "bad gateway"}', count=1)
    reply = sandbox.get(CUSTOMER)
    assert (reply.status_code, reply.json()) == (502, {"message": "bad gateway"})
    sandbox.add_fault(kind="500", count=1)
    assert sandbox.get(CUSTOMER).headers["Content-Type"].startswith("text/html")


def test_fault_hits_only_its_method_and_path(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="401", path="/v1.1/customer/*", method="post")
    assert sandbox.get(NOTES, mobile="915550000001").status_code == 200
    assert sandbox.get(CUSTOMER).status_code == 200
    assert sandbox.call("POST", NOTES, json=note("never")).status_code == 401
    sandbox.clear()
    assert "never" not in stored(sandbox)


def test_connection_dropped_before_the_work(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="drop_before", method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.call("POST", NOTES, json=note("dropped before"))
    assert "dropped before" not in stored(sandbox)
    assert sandbox.requests(path=NOTES, method="POST")[0]["status"] == 0


def test_connection_dropped_after_the_work_leaves_it_done(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="drop_after", method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.call("POST", NOTES, json=note("dropped after"))
    assert stored(sandbox)[0] == "dropped after"
    assert len(sandbox.requests(path=NOTES, method="POST")) == 1


def test_fault_by_header_hits_this_request_alone(sandbox: Sandbox) -> None:
    with pytest.raises(requests.ConnectionError):
        sandbox.get(CUSTOMER, sandbox="fault=drop_after")
    assert sandbox.get(CUSTOMER, sandbox="fault=503; retry_after=1").headers["Retry-After"] == "1"
    assert sandbox.get(CUSTOMER).status_code == 200


def test_slow_drip_delivers_the_whole_body_in_pieces(sandbox: Sandbox) -> None:
    whole = sandbox.get(CUSTOMER)
    started = time.monotonic()
    slow = sandbox.get(CUSTOMER, sandbox="fault=drip; drip_ms=15")
    assert time.monotonic() - started >= 0.25
    assert slow.json() == whole.json()
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(
            sandbox.url + CUSTOMER,
            headers={"X-CAP-API-OAUTH-TOKEN": sandbox.token(), "X-Sandbox": "fault=drip; drip_ms=1000"},
            timeout=(1, 0.2),
        ).json()


def test_nonsense_says_200_and_json_but_is_neither(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="nonsense", count=1)
    reply = sandbox.get(CUSTOMER)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(requests.JSONDecodeError):
        reply.json()
    sandbox.add_fault(kind="nonsense", body='{"half": ', count=1)
    assert sandbox.get(CUSTOMER).text == '{"half": '


def test_probability_is_between_never_and_always(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="503", probability=0.5, path=CUSTOMER)
    hit = sum(sandbox.get(CUSTOMER).status_code == 503 for _ in range(60))
    assert 10 < hit < 50


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "earthquake"},
        {"kind": "status", "status": 99},
        {"count": "many"},
        {"latency_ms": -1},
        {"colour": "red"},
    ],
)
def test_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, values: dict[str, object]) -> None:
    reply = requests.post(f"{sandbox.url}/_control/faults/", json=values, timeout=5)
    assert reply.status_code == 422
    assert reply.json()["error"]


def test_single_fault_can_be_removed(sandbox: Sandbox) -> None:
    fault = sandbox.add_fault(kind="503")
    sandbox.add_fault(kind="latency", latency_ms=1)
    requests.delete(f"{sandbox.url}/_control/faults/{fault['id']}/", timeout=5)
    left = requests.get(f"{sandbox.url}/_control/faults/", timeout=5).json()["faults"]
    assert [row["kind"] for row in left] == ["latency"]


def test_what_arrived_is_listed_without_secrets(sandbox: Sandbox) -> None:
    sandbox.get(CUSTOMER, source="ALL")
    requests.get(sandbox.url + CUSTOMER, headers={"Authorization": "Basic c2VjcmV0"}, timeout=5)
    sandbox.call("POST", NOTES, json=note("listed"))
    rows = sandbox.requests()
    assert [(row["method"], row["path"], row["status"]) for row in rows] == [
        ("GET", CUSTOMER, 200),
        ("GET", CUSTOMER, 401),
        ("POST", NOTES, 200),
    ]
    assert rows[0]["query"] == "source=ALL"
    assert rows[0]["request_id"]
    assert "listed" in rows[2]["body"]
    text = str(rows)
    assert sandbox.token() not in text
    assert "c2VjcmV0" not in text


def test_fifty_at_once_are_all_answered(sandbox: Sandbox) -> None:
    sandbox.token()

    def read(number: int) -> int:
        path = f"/v2/customers/{500000001 + number % 2}"
        headers = {"X-CAP-API-OAUTH-TOKEN": sandbox.token()}
        params = {"source": "ALL", "embed": "points,mlp,expirySchedules"}
        return requests.get(sandbox.url + path, headers=headers, params=params, timeout=20).json()["id"]

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(read, range(50))) == [500000001 + number % 2 for number in range(50)]


def test_connection_is_dropped_by_the_development_server_too(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "SANDBOX_DATABASE": str(sandbox.database)}
    command = [
        sys.executable,
        "-m",
        "apps.sandbox",
        "runserver",
        "--noreload",
        "--skip-checks",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command, cwd=Path(ROOT), env=environment, stdout=-3, stderr=-3)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        with pytest.raises(requests.ConnectionError):
            requests.get(url + CUSTOMER, headers={"X-Sandbox": "fault=drop_before"}, timeout=5)
        assert requests.get(url + CUSTOMER, timeout=5).status_code == 401
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/_control/switches/", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The development server did not start.")

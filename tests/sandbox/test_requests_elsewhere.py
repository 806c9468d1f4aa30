"""Requests that tills make on their own and people decide outside the console; bulk; databases of before."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from apps.sandbox.catalogue import STORES
from tests.support.goodwill import APPROVE, GET, decide, stored
from tests.support.sandbox import ROOT, Sandbox

PERSON = 500000022


def manage(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SANDBOX_DATABASE": str(database)}
    command = [sys.executable, "-m", "apps.sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_till_asks_on_its_own_and_the_api_shows_it(sandbox: Sandbox) -> None:
    [number] = sandbox.make_requests(
        tills=["till.saket.01"], customers=[PERSON], base_type="POINTS", points="120"
    )
    row = sandbox.get(GET, start_id=number).json()["response"]["requests"]["goodwill"]
    assert (row["status"], row["added_by"]["code"]) == ("PENDING", "till.saket.01")
    # Nothing but its comments tells how much was asked for.
    assert "120 points" in row["comments"]
    assert stored(sandbox, number)["points"] == 120.0


def test_decision_elsewhere_is_seen_and_ours_comes_too_late(sandbox: Sandbox) -> None:
    approved, rejected = sandbox.make_requests(2, customers=[PERSON], base_type="POINTS", points="50")
    row = sandbox.decide(approved, "approve", points="20", comments="By the back office.").json()
    assert (row["status"], row["approved_value"], row["updated_by"]) == ("APPROVED", 20.0, "member.care")
    assert sandbox.decide(rejected, "reject", till="till.deira.01").json()["updated_by"] == "till.deira.01"
    reply = decide(sandbox, APPROVE, str(approved))
    assert reply["requests"]["request"]["item_status"]["code"] == "9002"
    assert sandbox.decide(approved, "reject").json()["code"] == 9002
    assert sandbox.decide("1", "approve").status_code == 409


@pytest.mark.parametrize(
    "order",
    [
        {"count": 0},
        {"count": 100_001},
        {"count": "many"},
        {"tills": ["till.nowhere.01"]},
        {"customers": [1]},
        {"customers": [500000003]},
        {"customers": [500000013]},
        {"base_type": "SHOES"},
        {"base_type": "COUPON", "series_id": 4101},
        {"points": "-1"},
    ],
)
def test_order_that_makes_no_sense_is_refused(sandbox: Sandbox, order: dict[str, object]) -> None:
    before = len(sandbox.goodwill(customer_id=PERSON))
    reply = requests.post(
        f"{sandbox.url}/_control/goodwill.json", json={"customers": [PERSON], **order}, timeout=5
    )
    assert reply.status_code == 422
    assert reply.json()["error"]
    assert len(sandbox.goodwill(customer_id=PERSON)) == before


def test_page_makes_approves_rejects_and_credits(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/_control/goodwill/"
    with requests.Session() as session:
        page = session.get(url, timeout=5).text

        def submit(**form: str) -> requests.Response:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert token
            data = {"csrfmiddlewaretoken": token[1], **form}
            return session.post(url, data=data, headers={"Referer": url}, timeout=10)

        fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
        assert set(fields) == set(re.findall(r'<label for="([^"]+)"', page))
        known = {row["id"] for row in sandbox.goodwill(customer_id=PERSON)}
        made = submit(act="make", count="2", customers=str(PERSON), tills="till.saket.01", base_type="POINTS")
        assert made.status_code == 200
        first, second = sorted({row["id"] for row in sandbox.goodwill(customer_id=PERSON)} - known)
        assert f'value="approve-{first}"' in made.text
        sandbox.switch(goodwill="approved_not_credited")
        assert f'value="credit-{first}"' in submit(act=f"approve-{first}").text
        submit(act=f"reject-{second}")
        submit(act=f"credit-{first}")
        again = submit(act=f"approve-{second}")
        assert (again.status_code, 'role="alert"' in again.text) == (422, True)
        assert submit(act="make", count="none").status_code == 422
        assert submit(act="explode-1").status_code == 422
    assert stored(sandbox, first)["credited_at"]
    assert (stored(sandbox, first)["status"], stored(sandbox, second)["status"]) == ("APPROVED", "REJECTED")


def test_characters_have_a_history_of_twelve_months(sandbox: Sandbox) -> None:
    rows = sandbox.goodwill(customer_id=500000016)
    assert {row["status"] for row in rows} == {"PENDING", "APPROVED", "REJECTED"}
    assert len({row["added_at"][:7] for row in rows}) >= 4
    kinds = {row["type"] for row in sandbox.goodwill(customer_id=500000001)}
    assert kinds == {"POINTS", "COUPON"}


def test_ten_thousand_pending_ones_are_made_quickly_on_top_of_old_data(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite3"
    assert manage(database, "prepare", "--customers=40").returncode == 0
    started = time.monotonic()
    done = manage(database, "seed", "--if-empty", "--pending=10000")
    assert (done.stdout, done.stderr) == ("10000 pending requests.\n", "")
    assert time.monotonic() - started < 20
    with sqlite3.connect(database) as connection:
        [[count, tills]] = connection.execute(
            "select count(*), count(distinct added_by) from sandbox_goodwillrequest"
            " where status = 'PENDING' and added_by like 'till.%'"
        )
        [[homeless]] = connection.execute(
            "select count(*) from sandbox_goodwillrequest g join sandbox_customer c on c.id = g.customer_id"
            " where c.merged_into_id is not null"
        )
    assert (count >= 10_000, tills, homeless) == (True, len(STORES), 0)
    assert "--pending" in manage(database, "seed", "--if-empty", "--pending=-1").stderr


def test_database_of_the_first_look_alike_is_brought_up_to_date(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite3"
    assert manage(database, "migrate", "sandbox", "0001").returncode == 0
    with sqlite3.connect(database) as connection:
        connection.execute(
            "insert into sandbox_message (channel, `to`, purpose, body, at)"
            " values ('SMS', '1', 'code', 'old', '2026-01-01')"
        )
        connection.execute("pragma user_version = 2026")
    done = manage(database, "prepare", "--customers=30")
    assert (done.returncode, done.stdout) == (0, "30 customers.\n")
    with sqlite3.connect(database) as connection:
        [[old]] = connection.execute("select count(*) from sandbox_message where body = 'old'")
        [[credited]] = connection.execute(
            "select count(*) from sandbox_goodwillrequest where credited_at is not null"
        )
    assert (old, credited > 5) == (0, True)

"""request/approve and reject: decided once, by whoever was first, with the odd shape approve has."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests
import xmltodict

from tests.support.goodwill import APPROVE, GET, REJECT, added, balance, decide, stored
from tests.support.sandbox import Sandbox

TWIN = 500000020


def test_approval_answers_without_status_and_id(sandbox: Sandbox) -> None:
    number = added(sandbox, TWIN, points="75")
    reply = decide(sandbox, APPROVE, number, updated_comments="As asked.")
    assert list(reply) == ["requests"]
    item = reply["requests"]["goodwill"]
    assert list(item) == [
        "type", "reason", "comments", "updated_comments", "status", "customer", "added_on", "last_action_on"
    ]  # fmt: skip
    assert (item["type"], item["status"], item["updated_comments"]) == ("POINTS", "APPROVED", "As asked.")
    assert list(item["customer"]) == ["firstname", "lastname", "mobile", "email", "external_id"]
    assert item["last_action_on"].endswith("+05:30")
    row = stored(sandbox, number)
    assert (row["status"], row["approved_value"], row["updated_by"]) == ("APPROVED", 75.0, "till.bandra.01")


def test_approval_in_xml_has_an_empty_reply(sandbox: Sandbox) -> None:
    number = added(sandbox, TWIN)
    body = (
        f"<root><request><id>{number}</id><type>GOODWILL</type><base_type>POINTS</base_type></request></root>"
    )
    headers = {"Content-Type": "application/xml"}
    reply = sandbox.call("POST", f"{APPROVE}?format=xml", data=body.encode(), headers=headers)
    item = xmltodict.parse(reply.content)["response"]["requests"]["goodwill"]
    assert item["reply"] is None
    assert item["status"] == "APPROVED"


def test_rejection_has_the_ordinary_envelope(sandbox: Sandbox) -> None:
    number, before = added(sandbox, TWIN), balance(sandbox, TWIN)
    reply = decide(sandbox, REJECT, number, updated_comments="Not this time.")
    assert (reply["status"]["success"], reply["status"]["code"]) == ("true", "200")
    item = reply["requests"]["request"]
    assert (item["id"], item["status"], item["item_status"]["code"]) == (number, "REJECTED", "9000")
    assert stored(sandbox, number)["updated_comments"] == "Not this time."
    assert balance(sandbox, TWIN) == before


@pytest.mark.parametrize("first", [APPROVE, REJECT])
@pytest.mark.parametrize("second", [APPROVE, REJECT])
def test_second_decision_is_refused_and_changes_nothing(sandbox: Sandbox, first: str, second: str) -> None:
    number = added(sandbox, TWIN)
    decide(sandbox, first, number)
    row, before = stored(sandbox, number), balance(sandbox, TWIN)
    reply = decide(sandbox, second, number)
    assert reply["status"]["code"] == "500"
    assert reply["requests"]["request"]["item_status"]["code"] == "9002"
    assert row["status"] in reply["requests"]["request"]["item_status"]["message"]
    assert (stored(sandbox, number), balance(sandbox, TWIN)) == (row, before)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "1"}, "9001"),
        ({"id": ""}, "9001"),
        ({"id": "x"}, "9001"),
        ({"type": ""}, "9003"),
        ({"base_type": ""}, "9003"),
        ({"base_type": "COUPONS"}, "9003"),
        ({"points": "0"}, "9004"),
        ({"points": "101"}, "9004"),
        ({"points": "ten"}, "9004"),
    ],
)
def test_refused_approval_leaves_it_pending(sandbox: Sandbox, change: dict[str, str], code: str) -> None:
    number = added(sandbox, TWIN)
    reply = decide(sandbox, APPROVE, **{"request_id": number, **change})
    assert reply["status"]["success"] == "false"
    assert reply["requests"]["request"]["item_status"]["code"] == code
    assert stored(sandbox, number)["status"] == "PENDING"


def test_good_and_bad_in_one_body(sandbox: Sandbox) -> None:
    numbers = [added(sandbox, TWIN) for _ in range(2)]
    items = [{"type": "GOODWILL", "base_type": "POINTS", "id": number} for number in (*numbers, "1")]
    reply = sandbox.call("POST", APPROVE, json={"root": {"request": items}}).json()["response"]
    assert reply["status"]["code"] == "201"
    assert [item["status"] for item in reply["requests"]["goodwill"]] == ["APPROVED"] * 2
    assert reply["requests"]["request"]["id"] == "1"


@pytest.mark.parametrize(("lists", "kind"), [("always", list), ("sample", dict), ("never", dict)])
def test_list_mode_reaches_the_decisions(sandbox: Sandbox, lists: str, kind: type) -> None:
    for path, group in ((APPROVE, "goodwill"), (REJECT, "request")):
        reply = decide(sandbox, path, added(sandbox, TWIN), how=f"lists={lists}")
        assert isinstance(reply["requests"][group], kind)


def test_dialect_reaches_a_refusal(sandbox: Sandbox) -> None:
    reply = decide(sandbox, APPROVE, "1", how="dialect=native; http_errors=on")
    assert reply["status"] == {"success": False, "code": 500, "message": reply["status"]["message"]}
    assert reply["requests"]["request"]["item_status"]["code"] == 9001


def test_of_many_approvals_at_once_exactly_one_works(sandbox: Sandbox) -> None:
    number, before = added(sandbox, TWIN, points="60"), balance(sandbox, TWIN)
    sandbox.token()
    body = {"root": {"request": [{"type": "GOODWILL", "base_type": "POINTS", "id": number}]}}

    def press(index: int) -> str:
        path = REJECT if index % 4 == 3 else APPROVE
        headers = {"X-CAP-API-OAUTH-TOKEN": sandbox.token()}
        reply = requests.post(sandbox.url + path, json=body, headers=headers, timeout=30).json()["response"]
        item = reply["requests"].get("goodwill") or reply["requests"]["request"]
        return str(item.get("status", item.get("item_status", {}).get("code")))

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(press, range(12)))
    status = stored(sandbox, number)["status"]
    assert sorted(answers) == sorted(["9002"] * 11 + [status])
    gained = Decimal(60) if status == "APPROVED" else Decimal(0)
    assert balance(sandbox, TWIN) == before + gained


def test_two_threads_beside_each_other_on_many_requests(sandbox: Sandbox) -> None:
    numbers = [added(sandbox, TWIN, points="1") for _ in range(8)]
    before = balance(sandbox, TWIN)
    sandbox.token()

    def press(number: str) -> bool:
        body = {"root": {"request": [{"type": "GOODWILL", "base_type": "POINTS", "id": number}]}}
        headers = {"X-CAP-API-OAUTH-TOKEN": sandbox.token()}
        reply = requests.post(sandbox.url + APPROVE, json=body, headers=headers, timeout=30)
        return "status" not in reply.json()["response"]

    with ThreadPoolExecutor(8) as pool:
        worked = list(pool.map(press, [number for number in numbers for _ in range(2)]))
    assert sum(worked) == 8
    assert balance(sandbox, TWIN) == before + 8


@pytest.mark.parametrize(("fault", "status"), [("drop_before", "PENDING"), ("drop_after", "APPROVED")])
def test_dropped_approval_happened_or_did_not(sandbox: Sandbox, fault: str, status: str) -> None:
    number, before = added(sandbox, TWIN, points="5"), balance(sandbox, TWIN)
    with pytest.raises(requests.ConnectionError):
        decide(sandbox, APPROVE, number, how=f"fault={fault}")
    row = sandbox.get(GET, start_id=number, end_id=number).json()["response"]["requests"]["goodwill"]
    assert row["status"] == status
    assert balance(sandbox, TWIN) == before + (5 if status == "APPROVED" else 0)

"""request/get, request/logs and v2 goodwillRequest: the same rows in three shapes, with filters and pages."""

from datetime import timedelta
from typing import Any

import pytest
import xmltodict
from django.utils import timezone

from tests.support.goodwill import APPROVE, GET, LOGS, REJECT, add, added, decide, wish
from tests.support.sandbox import Sandbox

NAMED, NAMELESS, FRAUD, MERGED, SURVIVOR = 500000022, 500000012, 500000005, 500000003, 500000004


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def today() -> dict[str, str]:
    return {"type": "GOODWILL", "base_type": "POINTS", "start_date": day(-1), "end_date": day(2)}


def got(sandbox: Sandbox, path: str = GET, **query: Any) -> list[dict[str, Any]]:
    """The rows in list form."""
    reply = sandbox.get(path, sandbox="lists=always", **query).json()["response"]
    assert reply["status"]["code"] == "200", reply
    return list(reply["requests"]["goodwill"])


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"]) for row in rows]


def test_one_pending_request_is_an_object_as_in_the_sample(sandbox: Sandbox) -> None:
    number = added(sandbox, FRAUD, points="20", reason="Damaged item", reference_id="LC-READ")
    body = sandbox.get(GET, start_id=number, end_id=number).json()["response"]
    assert (body["status"]["success"], body["status"]["code"]) == ("true", "200")
    block = body["requests"]
    assert (block["count"], block["rows"]) == ("1", "50")
    assert block["item_status"] == {
        "success": "true",
        "code": "9000",
        "message": block["item_status"]["message"],
    }
    row = block["goodwill"]
    assert list(row) == [
        "id", "type", "status", "base_type", "reason", "comments", "customer", "added_on", "added_by", "updated_by"
    ]  # fmt: skip
    assert (row["type"], row["base_type"], row["reason"]) == ("GOODWILL", "POINTS", "Damaged item")
    assert row["customer"]["fraud_status"] == "CONFIRMED"
    assert row["added_by"] == {"code": "till.bandra.01", "name": "Bandra Linking Road till 1"}
    assert row["updated_by"] == {}
    assert row["added_on"].endswith("+05:30")
    assert "LC-READ" not in str(body)


def test_decided_request_says_who_when_and_how_much(sandbox: Sandbox) -> None:
    number = added(sandbox, NAMED, points="80")
    decide(sandbox, APPROVE, number, points="30", updated_comments="Less.")
    [row] = got(sandbox, start_id=number, end_id=number)
    assert (row["status"], row["approved_value"], row["updated_comments"]) == ("APPROVED", "30", "Less.")
    assert row["updated_by"]["code"] == "till.bandra.01"
    assert row["last_action_on"] >= row["added_on"]


def test_xml_has_the_empty_elements_that_json_leaves_out(sandbox: Sandbox) -> None:
    number = added(sandbox, NAMED)
    tree = xmltodict.parse(sandbox.get(f"{GET}.xml", start_id=number, end_id=number).content)
    row = tree["response"]["requests"]["goodwill"]
    for name in ("assoc_id", "approved_value", "updated_comments", "last_action_on", "updated_by"):
        assert row[name] is None


def test_filters_of_get(sandbox: Sandbox) -> None:
    pending, approved, rejected = (added(sandbox, NAMED) for _ in range(3))
    coupon = added(sandbox, NAMED, base_type="COUPONS", series_id="4106")
    decide(sandbox, APPROVE, approved)
    decide(sandbox, REJECT, rejected)
    window = {"start_id": pending, "end_id": coupon}
    everything = [int(number) for number in (pending, approved, rejected, coupon)]
    assert ids(got(sandbox, **window)) == everything
    assert ids(got(sandbox, **window, status="APPROVED")) == [int(approved)]
    assert ids(got(sandbox, **window, status="REJECTED")) == [int(rejected)]
    assert ids(got(sandbox, **window, status="PENDING", base_type="POINTS")) == [int(pending)]
    for word in ("COUPON", "COUPONS"):
        assert ids(got(sandbox, **window, base_type=word)) == [int(coupon)]
    assert ids(got(sandbox, **window, type="GOODWILL")) == everything
    assert got(sandbox, **window, type="CHANGE_IDENTIFIER") == []
    assert ids(got(sandbox, **window, start_date=day(0), end_date=day(2))) == everything
    assert got(sandbox, **window, end_date=day(-1)) == []
    assert got(sandbox, **window, start_date=day(2)) == []
    for name, value in (("user_id", NAMED), ("mobile", "915550000022"), ("external_id", "MT-0022")):
        assert ids(got(sandbox, **window, **{name: value})) == everything
    assert got(sandbox, **window, user_id=NAMELESS) == []


def test_pages_by_start_limit_cover_everything_once(sandbox: Sandbox) -> None:
    made = sandbox.make_requests(7, customers=[NAMED], tills=["till.saket.01"])
    window = {"start_id": made[0], "end_id": made[-1], "limit": 3}
    pages = [got(sandbox, **window, start_limit=start) for start in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [number for page in pages for number in ids(page)] == made
    block = sandbox.get(GET, **window).json()["response"]["requests"]
    assert (block["count"], block["rows"]) == ("7", "3")


def test_no_page_is_longer_than_fifty(sandbox: Sandbox) -> None:
    made = sandbox.make_requests(55, customers=[NAMED])
    assert len(got(sandbox, start_id=made[0], limit=500)) == 50
    assert len(got(sandbox, LOGS, **today(), start_id=made[0], limit=500)) <= 50


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"status": "DONE"},
        {"type": "GIFT"},
        {"base_type": "TIERS"},
        {"start_date": "soon"},
        {"start_id": "x"},
        {"start_id": "9" * 30},
    ],
)
def test_get_refuses_what_means_nothing(sandbox: Sandbox, query: dict[str, str]) -> None:
    reply = sandbox.get(GET, **query).json()["response"]
    assert reply["status"]["code"] == "400"


def test_format_alone_is_a_parameter(sandbox: Sandbox) -> None:
    assert sandbox.get(GET, format="json").json()["response"]["status"]["code"] == "200"


def test_unknown_customer_has_one_status_for_the_whole(sandbox: Sandbox) -> None:
    body = sandbox.get(GET, mobile="915559999999").json()["response"]
    assert body["status"]["code"] == "500"
    assert body["requests"]["item_status"]["code"] == "1012"
    assert body["requests"]["count"] == "0"


def test_merged_customer_shows_what_its_survivor_got(sandbox: Sandbox) -> None:
    [item] = add(sandbox, wish(MERGED), how="merged=survivor")["requests"]["request"]
    assert int(item["id"]) in ids(got(sandbox, user_id=MERGED, start_id=item["id"]))


def test_logs_have_shapes_of_their_own(sandbox: Sandbox) -> None:
    number = added(sandbox, NAMELESS)
    [row] = got(sandbox, LOGS, **today(), request_id=number, user_id="true")
    assert "external_id" not in row["customer"]
    assert row["customer"]["user_id"] == str(NAMELESS)
    assert (row["one_step_change"], row["approval_type"]) == ("false", "CONFIG_DISABLED")
    assert list(row["logs"]) == ["added_by", "updated_by"]
    assert row["logs"]["added_by"]["till"]["code"] == "till.bandra.01"
    assert row["logs"]["added_by"]["store"] == {}
    # A pending one has an updated_by here, unlike in request/get.
    assert row["logs"]["updated_by"]["user"]["name"] == "Bandra Linking Road till 1"
    [plain] = got(sandbox, LOGS, **today(), request_id=number)
    assert "user_id" not in plain["customer"]


def test_logs_tell_who_decided_from_where(sandbox: Sandbox) -> None:
    number = added(sandbox, NAMED)
    decide(sandbox, REJECT, number, headers={"X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.deira.01"})
    [row] = got(sandbox, LOGS, **today(), request_id=number)
    assert row["logs"]["updated_by"]["user"]["name"] == "Deira City Centre till 1"
    assert row["logs"]["updated_by"]["ip"] == "127.0.0.1"
    assert got(sandbox, LOGS, **today(), request_id=number, updated_by="till.deira.01")
    assert got(sandbox, LOGS, **today(), request_id=number, added_by="till.deira.01") == []
    assert got(sandbox, LOGS, **today(), request_id=number, approval_type="CLIENT") == []
    assert got(sandbox, LOGS, **today(), request_id=number, is_one_step_change="true") == []
    assert got(sandbox, LOGS, **today(), request_id=number, customer_id=NAMED)
    assert got(sandbox, LOGS, **today(), request_id=number, status="PENDING") == []


@pytest.mark.parametrize("missing", ["type", "base_type", "start_date", "end_date"])
def test_logs_need_four_parameters(sandbox: Sandbox, missing: str) -> None:
    query = {name: value for name, value in today().items() if name != missing}
    status = sandbox.get(LOGS, **query).json()["response"]["status"]
    assert (status["code"], missing in status["message"]) == ("400", True)


@pytest.mark.parametrize("path", [GET, LOGS])
@pytest.mark.parametrize(("dialect", "kind"), [("strings", str), ("native", int)])
def test_dialect_reaches_the_reads(sandbox: Sandbox, path: str, dialect: str, kind: type) -> None:
    body = sandbox.get(path, sandbox=f"dialect={dialect}", **today(), limit=2).json()["response"]
    assert isinstance(body["status"]["code"], kind)
    assert isinstance(body["requests"]["item_status"]["code"], kind)


def test_list_mode_never_says_nothing_with_empty_text(sandbox: Sandbox) -> None:
    body = sandbox.get(GET, sandbox="lists=never", start_id="999999999").json()["response"]
    assert body["requests"]["goodwill"] == ""


def test_v2_shows_the_rows_v11_made(sandbox: Sandbox) -> None:
    pending, approved = added(sandbox, NAMED), added(sandbox, NAMED, points="60.5")
    decide(sandbox, APPROVE, approved, points="60.25", updated_comments="Rounded.")
    path = f"/v2/customers/{NAMED}/goodwillRequest"
    [row] = sandbox.get(path, requestId=pending).json()["data"]
    assert (row["goodwillStatus"], row["requestId"]) == ("PENDING", int(pending))
    assert not {"approvedValue", "addedBy", "updatedBy", "updatedComments"} & set(row)
    assert row["enteredBy"]["type"] == "TILL"
    assert "100" not in str({name: row[name] for name in ("reason", "comments")})
    [row] = sandbox.get(path, requestId=approved).json()["data"]
    assert (row["approvedValue"], row["updatedComments"]) == ("60.25", "Rounded.")
    assert row["updatedBy"]["code"] == "till.bandra.01"
    automatic = sandbox.get(path, autoApprove="true").json()["data"]
    assert int(approved) not in [row["id"] for row in automatic]
    assert sandbox.get(path, requestId="x").json()["errors"][0]["code"] == 400

"""v1.1 reads: envelopes, batches, formats, filters."""

import pytest
import xmltodict

from tests.support.sandbox import Sandbox

GET = "/v1.1/customer/get"
BILLS = "/v1.1/customer/transactions"
SPENT = "/v1.1/customer/redemptions"


def test_get_has_no_wrapper_in_json_and_one_customer_is_an_object(sandbox: Sandbox) -> None:
    body = sandbox.get(GET, mobile="915550000001").json()
    assert body["status"] == {
        "success": "true", "code": "200", "message": "Operation Successful", "total": "1", "success_count": "1"
    }  # fmt: skip
    customer = body["customers"]["customer"]
    assert customer["fraud_details"] == {"status": "NONE", "marked_by": [], "modified_on": []}
    assert customer["item_status"]["code"] == "1000"
    assert isinstance(customer["coupons"], list)
    assert "user_id" not in customer
    assert sandbox.get(GET, mobile="915550000001", user_id="true").json()["customers"]["customer"]["user_id"]


def test_get_adds_what_its_flags_ask_for(sandbox: Sandbox) -> None:
    flags = (
        "slab_history",
        "expiry_schedule",
        "promotion_points",
        "next_slab",
        "points_summary",
        "subscriptions",
    )
    body = sandbox.get(GET, mobile="915550000016", **dict.fromkeys(flags, "true")).json()
    customer = body["customers"]["customer"]
    assert customer["current_slab"] == "PLATINUM"
    assert (customer["next_slab"], customer["next_slab_serial_number"]) == ("", "-1")
    assert [row["to_slab"] for row in customer["slab_history"]["slab"]] == ["PLATINUM", "GOLD", "SILVER"]
    assert customer["points_summaries"]["points_summary"][0]["loyaltyPoints"] == customer["loyalty_points"]
    assert customer["expiry_schedule"]["schedule"]
    assert customer["subscriptions"]["subscription"][0]["status"] in ("0", "1")


def test_batch_mixes_good_and_bad_items_in_the_order_asked(sandbox: Sandbox) -> None:
    body = sandbox.get(GET, mobile="915559999999,915550000001,12").json()
    assert body["status"]["code"] == "201"
    assert (body["status"]["total"], body["status"]["success_count"]) == ("3", "1")
    items = body["customers"]["customer"]
    assert [item["item_status"]["code"] for item in items] == ["1012", "1000", "1001"]
    assert items[0]["mobile"] == "915559999999"


@pytest.mark.parametrize(
    ("query", "api", "item"),
    [
        ({}, "400", None),
        ({"id": "500000001"}, "400", None),
        ({"mobile": ",".join(["915550000001"] * 51)}, "1060", None),
        ({"mobile": "abc"}, "500", "1001"),
        ({"email": "abc"}, "500", "1002"),
        ({"email": "nobody@example.com"}, "500", "1012"),
        ({"external_id": "nothing"}, "500", "1012"),
        ({"card_number": "1"}, "500", "1011"),
    ],
)
def test_refusals_of_get(sandbox: Sandbox, query: dict[str, str], api: str, item: str | None) -> None:
    reply = sandbox.get(f"{GET}?format=json", **query)
    assert reply.status_code == 200
    body = reply.json()
    status = body["status"] if "status" in body else body["response"]["status"]
    assert (status["success"], status["code"]) == ("false", api)
    if item:
        assert body["customers"]["customer"]["item_status"]["code"] == item
    assert sandbox.get(GET, sandbox="http_errors", **query).status_code in (400, 404)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{GET}.xml?mobile=915550000001", {}),
        (f"{GET}?mobile=915550000001&format=xml", {"Accept": "application/json"}),
        (f"{GET}?mobile=915550000001", {"Accept": "application/xml"}),
    ],
)
def test_xml_is_asked_for_in_three_ways(sandbox: Sandbox, path: str, headers: dict[str, str]) -> None:
    reply = sandbox.call("GET", path, headers=headers)
    assert reply.headers["Content-Type"].startswith("application/xml")
    tree = xmltodict.parse(reply.content)
    assert tree["response"]["status"]["code"] == "200"
    assert tree["response"]["customers"]["customer"]["coupons"]["coupon"][0]["code"].startswith("MT")


def test_names_in_every_script_survive_both_formats(sandbox: Sandbox) -> None:
    for key in ("arabic", "wechat_both", "abroad", "markup"):
        mobile = sandbox.identifier(key, "mobile")
        shown = sandbox.get(GET, mobile=mobile).json()["customers"]["customer"]
        in_xml = xmltodict.parse(sandbox.get(f"{GET}.xml", mobile=mobile).content)
        names = (shown["firstname"], shown["lastname"])
        assert " ".join(names) == sandbox.characters[key]["label"]
        customer = in_xml["response"]["customers"]["customer"]
        assert (customer["firstname"], customer["lastname"]) == names


def test_missing_external_id_is_the_word_none(sandbox: Sandbox) -> None:
    customer = sandbox.get(GET, mobile="915550000012").json()["customers"]["customer"]
    assert (customer["external_id"], customer["email"], customer["lastname"]) == ("None", "", "")


def test_merged_customer_is_answered_by_its_survivor_with_a_warning(sandbox: Sandbox) -> None:
    customer = sandbox.get(GET, external_id="MT-0003", user_id="true").json()["customers"]["customer"]
    assert customer["user_id"] == "500000004"
    assert customer["item_status"]["warnings"] == ["91009"]


def test_transactions_come_newest_first_ten_at_a_time(sandbox: Sandbox) -> None:
    body = sandbox.get(BILLS, id="500000016").json()["response"]
    assert body["status"]["code"] == 200
    customer = body["customer"]
    rows = customer["transactions"]["transaction"]
    assert (len(rows), customer["rows"], customer["start"]) == (10, "10", "0")
    assert customer["count"] >= 120
    assert customer["item_status"]["code"] == "1052"
    times = [row["billing_time"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert ["currency" in row for row in rows] == [True] + [False] * 9
    following = sandbox.get(BILLS, id="500000016", offset=10, limit=3).json()["response"]["customer"]
    everything = sandbox.get(BILLS, id="500000016", limit=1000).json()["response"]["customer"]
    assert len(everything["transactions"]["transaction"]) == customer["count"]
    ids = [row["id"] for row in everything["transactions"]["transaction"]]
    assert [row["id"] for row in following["transactions"]["transaction"]] == ids[10:13]


def test_transactions_in_xml_have_no_item_status(sandbox: Sandbox) -> None:
    customer = xmltodict.parse(sandbox.get(f"{BILLS}.xml", id="500000017").content)["response"]["customer"]
    assert "item_status" not in customer
    assert len(customer["transactions"]["transaction"]) == int(customer["rows"])


def test_transaction_filters(sandbox: Sandbox) -> None:
    def bills(**query: object) -> list[dict[str, str]]:
        customer = sandbox.get(BILLS, id="500000016", limit=1000, **query).json()["response"]["customer"]
        return customer.get("transactions", {}).get("transaction", [])

    everything = bills()
    middle = everything[60]
    assert [row["id"] for row in bills(number=middle["number"])] == [middle["id"]]
    day = middle["billing_time"][:10]
    assert {row["id"] for row in bills(start_date=day)} == {
        row["id"] for row in everything if row["billing_time"] >= day
    }
    assert {row["id"] for row in bills(end_date=day)} == {
        row["id"] for row in everything if row["billing_time"] < day
    }
    assert {row["store_code"] for row in bills(store_code="banjara")} == {"banjara"}
    ascending = [int(row["id"]) for row in bills(sort="trans_id", order="asc")]
    assert ascending == sorted(ascending)
    assert {row["type"] for row in bills(credit_notes="true")} <= {"RETURN"}


@pytest.mark.parametrize(
    "query", [{"start_date": "yesterday"}, {"limit": "many"}, {"end_date": "31-12-2025"}]
)
def test_nonsense_in_a_filter_is_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    items = sandbox.get(BILLS, id="500000016", **query).json()["response"]["customer"]
    assert items["item_status"]["code"] == "400"


def test_customer_without_bills_or_notes_has_a_code_for_it(sandbox: Sandbox) -> None:
    bills = sandbox.get(BILLS, id="500000002").json()["response"]
    assert (bills["status"]["code"], bills["customer"]["item_status"]["code"]) == (500, "1051")
    notes = sandbox.get("/v1.1/customer/notes", id="500000002").json()["response"]
    assert (notes["status"]["code"], notes["customer"]["item_status"]["code"]) == ("500", "1028")


def test_redemption_is_found_by_our_reference_with_its_reversals(sandbox: Sandbox) -> None:
    reference = sandbox.characters["redeemed"]["reference"]
    customer = sandbox.get(SPENT, id="500000017", external_reference_number=reference).json()["response"][
        "customer"
    ]
    [point] = customer["redemptions"]["points"]["point"]
    assert len(point["reversals"]) == 2
    assert 0 < sum(row["points_reversed"] for row in point["reversals"]) <= point["points_redeemed"]
    assert point["reversals"][0]["reversal_breakup_by_program"][0]["program_id"] == 101
    assert customer["points_count"] == "1"
    other = sandbox.get(SPENT, id="500000017", external_reference_number="LC-UNKNOWN").json()["response"]
    assert other["customer"]["redemptions"]["points"]["point"] == []


def test_redemptions_by_type_and_limit(sandbox: Sandbox) -> None:
    def counts(**query: object) -> tuple[int, int]:
        customer = sandbox.get(SPENT, sandbox="lists=always", id="500000016", **query).json()["response"][
            "customer"
        ][0]
        blocks = customer["redemptions"]
        return len(blocks["points"]["point"]), len(blocks["coupons"]["coupon"])

    points, coupons = counts(limit=1000)
    assert points > 3 < coupons + 3
    assert counts(limit=1000, type="POINTS") == (points, 0)
    assert counts(limit=1000, type="COUPONS") == (0, coupons)
    assert counts(points_limit=2, coupons_limit=1) == (2, min(coupons, 1))
    assert sandbox.get(SPENT, id="500000016", type="SHOES").json()["response"]["status"]["code"] == "400"


def test_redemptions_in_xml_are_the_converted_kind(sandbox: Sandbox) -> None:
    root = xmltodict.parse(sandbox.get(f"{SPENT}.xml", id="500000017").content)["root"]
    customer = root["response"]["customer"]
    assert list(customer) == sorted(customer)
    assert "element" in customer["redemptions"]["points"]["point"]


def test_coupons_put_the_pagination_first_and_filter_by_status(sandbox: Sandbox) -> None:
    path = "/v1.1/customer/coupons"
    body = sandbox.get(path, id="500000016").json()["response"]
    assert list(body) == ["pagination", "status", "customers"]
    assert body["pagination"] == {"limit": "100", "offset": "0", "total": 12}
    used = sandbox.get(path, id="500000016", status="redeemed").json()["response"]["pagination"]["total"]
    unused = sandbox.get(path, id="500000016", status="unredeemed").json()["response"]["pagination"]["total"]
    assert used + unused == 12
    xml = xmltodict.parse(sandbox.get(f"{path}.xml", id="500000016").content)
    assert isinstance(xml["root"]["response"]["customers"]["customer"]["coupons"]["coupon"], list)


def test_referrals_print_nulls(sandbox: Sandbox) -> None:
    path = "/v1.1/customer/referrals"
    customer = sandbox.get(path, id="500000001").json()["response"]["customer"]
    groups = customer["invitees"]["referral_type"]
    assert sum(len(group["invitee"]) for group in groups) == 3
    assert sandbox.get(path, id="500000012").json()["response"]["customer"]["email"] is None
    tree = xmltodict.parse(sandbox.get(f"{path}.xml", id="500000012").content)
    assert tree["root"]["response"]["customer"]["email"] == {"@null": "true"}
    only = sandbox.get(path, id="500000001", only_referral_code="true").json()["response"]["customer"]
    assert "invitees" not in only
    refused = sandbox.get(path, id="500000001", campaign_token="NONE").json()["response"]["status"]
    assert refused["code"] == "1202"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_wrong_method_and_wrong_path(sandbox: Sandbox, method: str) -> None:
    reply = sandbox.call(method, f"{GET}?mobile=915550000001")
    assert (reply.status_code, reply.json()["response"]["status"]["code"]) == (405, "405")
    missing = sandbox.call(method, "/v1.1/customer/teleport")
    assert (missing.status_code, missing.json()["response"]["status"]["code"]) == (404, "404")

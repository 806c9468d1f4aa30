"""request/add: the shape of its answer, what is stored, what is refused with which code."""

import pytest
import requests
import xmltodict

from tests.support.goodwill import ADD, add, added, stored, wish
from tests.support.sandbox import Sandbox

ABROAD, NULLS, MERGED, SURVIVOR = 500000019, 500000012, 500000003, 500000004


def code_of(reply: dict[str, object]) -> int:
    [item] = reply["requests"]["request"]
    assert item["item_status"]["success"] is False
    return item["item_status"]["code"]


def test_answer_has_the_shape_of_the_sample(sandbox: Sandbox) -> None:
    reply = add(sandbox, wish(ABROAD, reference_id="LC-SHAPE-1", points="250"))
    assert reply["status"] == {"success": True, "code": 200, "message": "SUCCESS"}
    [item] = reply["requests"]["request"]
    assert item["item_status"]["code"] == 9100
    assert list(item) == [
        "reference_id", "id", "status", "requested_on", "type", "base_type", "customer", "old_value", "new_value",
        "old_type", "new_type", "misc_info", "transaction_id", "reason", "comments", "item_status",
    ]  # fmt: skip
    assert (item["reference_id"], item["misc_info"]) == (None, None)
    assert (item["reason"], item["comments"], item["transaction_id"]) == ("", "", "0")
    assert (item["old_value"], item["customer"]["id"]) == ("447700900123", ABROAD)
    assert item["id"].isdigit()
    assert len(item["requested_on"]) == len("2020-01-02 12:02:29")


def test_what_was_sent_is_stored_with_the_till_of_the_attribution(sandbox: Sandbox) -> None:
    headers = {
        "X-CAP-API-ATTRIBUTION-ENTITY-TYPE": "TILL",
        "X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.saket.01",
    }
    item = wish(ABROAD, reference_id="LC-STORED-1", comments="Sorry — नमस्ते <b>", points="12.5")
    add(sandbox, item, headers=headers)
    [row] = sandbox.goodwill(reference_id="LC-STORED-1")
    assert (row["status"], row["added_by"], row["points"]) == ("PENDING", "till.saket.01", 12.5)
    assert (row["reason"], row["comments"]) == ("Late delivery", "Sorry — नमस्ते <b>")
    assert row["programme_id"] == 101
    assert row["credited_at"] is None


def test_missing_names_are_null(sandbox: Sandbox) -> None:
    [item] = add(sandbox, wish(NULLS))["requests"]["request"]
    assert (item["customer"]["lastname"], item["customer"]["external_id"]) == (None, None)
    assert item["customer"]["email"] == ""


@pytest.mark.parametrize("word", ["COUPON", "COUPONS"])
def test_both_words_for_a_coupon_are_one(sandbox: Sandbox, word: str) -> None:
    [item] = add(sandbox, wish(ABROAD, base_type=word, series_id="4103"))["requests"]["request"]
    assert item["base_type"] == "COUPON"
    assert stored(sandbox, item["id"])["series_id"] == 4103


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer": {"mobile": "915559999999"}}, 1012),
        ({"customer": {"id": "1"}}, 1011),
        ({"customer": {"mobile": "abc"}}, 1001),
        ({"customer": {"email": "abc"}}, 1002),
        ({"customer": {}}, 1015),
        ({"points": "0"}, 9004),
        ({"points": "-5"}, 9004),
        ({"points": "many"}, 9004),
        ({"points": "1.2345"}, 9004),
        ({"points": None}, 9004),
        ({"type": "CHANGE_IDENTIFIER", "base_type": "EMAIL"}, 9003),
        ({"base_type": "TIERS"}, 9003),
        ({"base_type": "COUPON"}, 707),
        ({"base_type": "COUPON", "series_id": "9"}, 707),
        ({"base_type": "COUPON", "series_id": "4101"}, 9005),
        ({"base_type": "COUPON", "series_id": "4107"}, 712),
        ({"customer": {"id": "500000013"}}, 1013),
        ({"customer": {"id": str(MERGED)}}, 8069),
    ],
)
def test_refused_wish_has_its_code_and_is_not_stored(
    sandbox: Sandbox, change: dict[str, object], code: int
) -> None:
    reference = f"LC-REFUSED-{code}"
    reply = add(sandbox, wish(ABROAD, reference_id=reference) | change)
    assert reply["status"]["code"] == 500
    assert code_of(reply) == code
    assert sandbox.goodwill(reference_id=reference) == []


@pytest.mark.parametrize(("programme", "code"), [("999", 1101), ("abc", 1101), ("103", 1013)])
def test_programme_must_be_one_of_the_customers(sandbox: Sandbox, programme: str, code: int) -> None:
    assert code_of(add(sandbox, wish(ABROAD), params={"program_id": programme})) == code


def test_programme_named_is_the_programme_credited(sandbox: Sandbox) -> None:
    [item] = add(sandbox, wish(500000001), params={"program_id": "102"})["requests"]["request"]
    assert stored(sandbox, item["id"])["programme_id"] == 102
    sandbox.decide(item["id"], "reject")


def test_merged_customer_names_the_survivor_or_becomes_it(sandbox: Sandbox) -> None:
    [refused] = add(sandbox, wish(MERGED))["requests"]["request"]
    assert str(SURVIVOR) in refused["item_status"]["message"]
    [item] = add(sandbox, wish(MERGED), how="merged=survivor")["requests"]["request"]
    assert item["customer"]["id"] == SURVIVOR
    assert item["item_status"]["warnings"] == {"warning": ["91009"]}


def test_somebody_marked_as_fraud_may_be_asked_for(sandbox: Sandbox) -> None:
    assert added(sandbox, 500000005)


def test_reference_is_unique_only_when_told_so(sandbox: Sandbox) -> None:
    item = wish(ABROAD, reference_id="LC-TWICE")
    for _ in range(2):
        add(sandbox, item)
    assert len(sandbox.goodwill(reference_id="LC-TWICE")) == 2
    assert code_of(add(sandbox, item, how="unique_refs=on")) == 9006
    assert len(sandbox.goodwill(reference_id="LC-TWICE")) == 2


def test_several_items_are_answered_in_order(sandbox: Sandbox) -> None:
    reply = add(sandbox, wish(ABROAD), wish("1"), wish(ABROAD, points="x"), wish(ABROAD))
    assert (reply["status"]["success"], reply["status"]["code"]) == (True, 201)
    codes = [item["item_status"]["code"] for item in reply["requests"]["request"]]
    assert codes == [9100, 1011, 9004, 9100]
    assert add(sandbox, *[wish(ABROAD)] * 51)["status"]["code"] == "1060"


def test_client_auto_approve_decides_at_once(sandbox: Sandbox) -> None:
    [item] = add(sandbox, wish(ABROAD), params={"client_auto_approve": "true"})["requests"]["request"]
    row = stored(sandbox, item["id"])
    assert (item["status"], row["status"], row["approval_type"]) == ("APPROVED", "APPROVED", "CLIENT")
    assert row["credited_at"]


def test_xml_is_the_converted_kind_with_nulls_marked(sandbox: Sandbox) -> None:
    body = (
        f"<root><root><request><element><customer><id>{ABROAD}</id></customer><type>GOODWILL</type>"
        "<base_type>COUPON</base_type><series_id>4105</series_id><reason>r</reason></element></request></root></root>"
    )
    headers = {"Content-Type": "application/xml"}
    reply = sandbox.call("POST", f"{ADD}?format=xml", data=body.encode(), headers=headers)
    root = xmltodict.parse(reply.content)["root"]
    item = root["response"]["requests"]["request"]["element"]
    assert item["reference_id"] == {"@null": "true"}
    assert list(item) == sorted(item)
    assert item["base_type"] == "COUPON"


def test_http_errors_speak_through_the_status(sandbox: Sandbox) -> None:
    body = {"root": {"request": [wish("1")]}}
    assert sandbox.call("POST", ADD, json=body).status_code == 200
    assert sandbox.call("POST", ADD, json=body, sandbox="http_errors").status_code == 404
    assert sandbox.call("POST", ADD, json={}).json()["response"]["status"]["code"] == "400"


@pytest.mark.parametrize(("fault", "rows"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_reply_leaves_none_or_one_behind(sandbox: Sandbox, fault: str, rows: int) -> None:
    with pytest.raises(requests.ConnectionError):
        add(sandbox, wish(ABROAD, reference_id=f"LC-{fault}"), how=f"fault={fault}")
    assert len(sandbox.goodwill(reference_id=f"LC-{fault}")) == rows

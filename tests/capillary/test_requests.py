"""Asking and deciding: what is sent to the letter, and every shape the answers come in."""

import inspect
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.capillary.decode import decode
from apps.capillary.readers import ShapeError
from apps.capillary.registry import READS, WRITES
from apps.capillary.resources import requests
from apps.core.errors import BadInput
from tests.capillary.request_shapes import (
    ADDED,
    ADDED_ITEM,
    REFERENCE,
    REJECTED,
    changed,
)
from tests.capillary.shapes import read
from tests.capillary.test_any_json import every_call

ASKED = {"customer_id": 341594, "reference": REFERENCE, "reason": "DELAY", "comments": "Late. LC#7F3K92QD"}
PERIOD = {"start_date": date(2026, 11, 1), "end_date": date(2026, 11, 24)}


def points(value="250.00", **more):
    return requests.add(kind="POINTS", points=Decimal(value), **{**ASKED, **more})


def test_asking_for_points_is_written_as_the_reference_shows():
    call = points(programme_id=101)
    assert (call.method, call.path, call.write) == ("POST", "/v1.1/request/add", True)
    assert dict(call.params) == {"program_id": "101"}
    assert call.body == {
        "root": {
            "request": [
                {
                    "customer": {"id": "341594"},
                    "reference_id": REFERENCE,
                    "reason": "DELAY",
                    "comments": "Late. LC#7F3K92QD",
                    "type": "GOODWILL",
                    "base_type": "POINTS",
                    "points": "250",
                }
            ]
        }
    }
    assert call.customer_id == "341594"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("250.00", "250"),
        ("1E+3", "1000"),
        ("0.50", "0.5"),
        ("1200", "1200"),
        ("1E-3", "0.001"),
        ("100", "100"),
        ("12345678901234567890123456789012.10", "12345678901234567890123456789012.1"),
    ],
)
def test_points_have_neither_exponent_nor_trailing_zeros(value, written):
    assert points(value).body["root"]["request"][0]["points"] == written
    approval = requests.approve(request_id=7, kind="POINTS", points=Decimal(value))
    assert approval.body["root"]["request"][0]["points"] == written


def test_asking_for_a_coupon_names_the_series_and_no_points():
    (asked,) = requests.add(kind="COUPON", series_id=4103, **ASKED).body["root"]["request"]
    assert (asked["base_type"], asked["series_id"]) == ("COUPON", "4103")
    assert "points" not in asked


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "POINTS"}, "points"),
        ({"kind": "POINTS", "points": Decimal(0)}, "points"),
        ({"kind": "POINTS", "points": Decimal(-5)}, "points"),
        ({"kind": "POINTS", "points": Decimal("NaN")}, "points"),
        ({"kind": "POINTS", "points": Decimal("Infinity")}, "points"),
        ({"kind": "POINTS", "points": Decimal(5), "series_id": 4103}, "points"),
        ({"kind": "COUPON"}, "series_id"),
        ({"kind": "COUPON", "series_id": 4103, "points": Decimal(5)}, "series_id"),
        ({"kind": "TIER", "series_id": 4103}, "kind"),
        ({"kind": "POINTS", "points": Decimal(5), "reference": " "}, "reference"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_leaves(wrong, field):
    with pytest.raises(BadInput) as caught:
        requests.add(**{**ASKED, **wrong})
    assert caught.value.field == field


def test_decisions_name_the_request_by_id_type_and_base_type():
    approval = requests.approve(
        request_id="789849", kind="POINTS", points=Decimal("200"), comments="Less.", customer_id=341594
    )
    assert approval.body == {
        "root": {
            "request": [
                {
                    "type": "GOODWILL",
                    "base_type": "POINTS",
                    "id": "789849",
                    "points": "200",
                    "updated_comments": "Less.",
                }
            ]
        }
    }
    assert (approval.path, approval.write, approval.customer_id) == ("/v1.1/request/approve", True, "341594")
    refusal = requests.reject(request_id=789849, kind="COUPONS")
    assert refusal.body == {
        "root": {"request": [{"type": "GOODWILL", "base_type": "COUPONS", "id": "789849"}]}
    }
    assert (refusal.path, refusal.write) == ("/v1.1/request/reject", True)
    for wrong in ("", "12,13", "abc", "-5"):
        with pytest.raises(BadInput):
            requests.approve(request_id=wrong, kind="POINTS")


def test_nothing_can_make_the_outside_decide_by_itself():
    for call in every_call():
        sent = json.dumps([call.path, dict(call.params), call.body, dict(call.headers)]).lower()
        assert "auto_approve" not in sent, call.name
        assert "is_one_step" not in sent, call.name
    for functions in (*READS.values(), *WRITES.values()):
        for function in functions.values():
            signature = inspect.signature(function)
            assert not [name for name in signature.parameters if "auto_approve" in name], function
            assert not [
                one for one in signature.parameters.values() if one.kind is inspect.Parameter.VAR_KEYWORD
            ], function
    assert set(WRITES["requests"]) == {"add", "approve", "reject"}


@pytest.mark.parametrize("item", [ADDED_ITEM, [ADDED_ITEM]])
def test_an_added_request_as_object_or_list(item):
    found = read(points(), changed(ADDED, requests={"request": item}))
    assert (found.id, found.status, found.base_type, found.customer_id) == (
        "789849",
        "PENDING",
        "POINTS",
        "341594",
    )
    assert found.reference_id == ""
    assert found.requested_at.astimezone(UTC) == datetime(2026, 11, 20, 8, 35, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "status",
    [{"success": "true", "code": "200"}, {"success": True, "code": 200}, {"success": "1", "code": 201}],
)
def test_an_added_request_in_every_dialect(status):
    item = {**ADDED_ITEM, "id": 789849, "item_status": {"success": "true", "code": "9100"}}
    assert read(points(), changed(ADDED, status=status, requests__request=item)).id == "789849"


@pytest.mark.parametrize("wrapped", ["<root><response>{}</response></root>", "<response>{}</response>"])
@pytest.mark.parametrize("row", ["<element>{}</element>", "{}"])
def test_an_added_request_in_either_xml(wrapped, row):
    item = (
        "<id>789849</id><status>PENDING</status><base_type>POINTS</base_type><reference_id null='true'/>"
        "<misc_info null='true'/><reason/><customer><id>341594</id></customer>"
        "<item_status><code>9100</code><success>true</success></item_status>"
    )
    status = "<status><code>200</code><success>true</success></status>"
    body = wrapped.format(f"{status}<requests><request>{row.format(item)}</request></requests>")
    found = read(points(), decode(body.encode()))
    assert (found.id, found.status, found.customer_id) == ("789849", "PENDING", "341594")


@pytest.mark.parametrize("number", [None, "", "None", "0", "-1", "abc", {}])
def test_an_added_request_without_a_number_is_not_understood(number):
    with pytest.raises(ShapeError):
        read(points(), changed(ADDED, requests={"request": {**ADDED_ITEM, "id": number}}))


def test_a_rejected_request():
    refusal = requests.reject(request_id=789849, kind="POINTS")
    found = read(refusal, REJECTED)
    assert (found.id, found.status, found.base_type) == ("789849", "REJECTED", "POINTS")
    for status in ("PENDING", "APPROVED", "", None):
        with pytest.raises(ShapeError):
            read(refusal, changed(REJECTED, requests__request__status=status))

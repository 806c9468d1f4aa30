"""Redeeming and reversing: what is sent to the letter, and every shape the answers come in."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.capillary.naming import for_ledger, for_points, for_reversal
from apps.capillary.types_customer import Card, Customer, Identifier, Profile
from apps.core.errors import BadInput
from tests.capillary.points_shapes import (
    CODE,
    check,
    redeem,
    reverse,
    send_code,
)
from tests.capillary.request_shapes import MOBILE, REFERENCE

INNER = "responses__points__response__points__redeemable"


def test_the_check_and_the_code_are_asked_for_as_the_reference_shows():
    call = check(
        points=Decimal("100.00"), program_id="101", validation_type="MISSED_CALL", skip_validation=True
    )
    assert (call.method, call.path, call.write, call.body) == (
        "GET",
        "/v1.1/points/isredeemable",
        False,
        None,
    )
    assert dict(call.params) == {
        "mobile": MOBILE,
        "points": "100",
        "program_id": "101",
        "validation_type": "MISSED_CALL",
        "skip_validation": "true",
    }
    code = send_code(mobile="", customer_id=341594)
    assert (code.method, code.path, code.write) == ("GET", "/v1.1/points/validationcode", True)
    assert dict(code.params) == {"user_id": "341594", "points": "100"}
    assert code.customer_id == "341594"


def test_a_redemption_is_written_as_the_reference_shows():
    call = redeem(
        program_id="101",
        transaction_number="BILL-77",
        redeemed_at=datetime(2026, 11, 20, 8, 30, 9, tzinfo=UTC),
        till_id="till.bandra.01",
        purpose="Shoes",
        notes="At the counter.",
        custom_fields={"reason": "sale"},
        customer_id=341594,
    )
    assert (call.method, call.path, call.write) == ("POST", "/v1.1/points/redeem", True)
    assert dict(call.params) == {"program_id": "101"}
    assert call.body == {
        "root": {
            "redeem": [
                {
                    "points_redeemed": 100,
                    "customer": {"mobile": MOBILE},
                    "external_reference_number": REFERENCE,
                    "validation_code": CODE,
                    "transaction_number": "BILL-77",
                    "redemption_time": "2026-11-20 14:00:09",
                    "till_id": "till.bandra.01",
                    "redemption_purpose": "Shoes",
                    "notes": "At the counter.",
                    "custom_fields": [{"name": "reason", "value": "sale"}],
                }
            ]
        }
    }
    assert call.customer_id == "341594"


def test_a_reversal_is_written_as_the_reference_shows():
    call = reverse(identifier_type="externalId", identifier_value="CRM-0042319", customer_id=341594)
    assert (call.method, call.path, call.write) == ("POST", "/v2/points/reverse", True)
    assert call.body == {
        "redemptionId": "r0njPT",
        "pointsToBeReversed": 20,
        "identifier": {"type": "externalId", "value": "CRM-0042319"},
    }
    assert call.identifiers == (("external_id", "CRM-0042319"),)
    assert reverse(redemption_id=1425658).body["redemptionId"] == "1425658"
    assert "identifier" not in reverse().body


@pytest.mark.parametrize(
    ("value", "written"),
    [("100", 100), ("100.00", 100), ("1E+3", 1000), ("10.50", "10.5"), ("0.001", "0.001")],
)
def test_points_are_never_a_float(value, written):
    (told,) = redeem(points=Decimal(value)).body["root"]["redeem"]
    assert told["points_redeemed"] == written
    assert type(told["points_redeemed"]) is type(written)
    assert reverse(points=Decimal(value)).body["pointsToBeReversed"] == written


@pytest.mark.parametrize("kind", ["email", "external_id", "card_number", "card_external_id"])
def test_every_documented_identifier_of_v11(kind):
    assert redeem(mobile="", **{kind: "x1"}).body["root"]["redeem"][0]["customer"] == {kind: "x1"}
    assert check(mobile="", **{kind: "x1"}).params[kind] == "x1"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: redeem(code=" "), "code"),
        (lambda: redeem(code="123"), "code"),
        (lambda: redeem(code="12\n34"), "code"),
        (lambda: redeem(code="1" * 41), "code"),
        (lambda: redeem(reference=" "), "reference"),
        (lambda: redeem(points=Decimal(0)), "points"),
        (lambda: redeem(points=Decimal("NaN")), "points"),
        (lambda: redeem(mobile=""), "identifier"),
        (lambda: redeem(email="a@example.com"), "identifier"),
        (lambda: check(mobile="1,2"), "mobile"),
        (lambda: send_code(points=Decimal(-5)), "points"),
        (lambda: reverse(redemption_id=""), "redemption"),
        (lambda: reverse(redemption_id="a/b"), "redemption"),
        (lambda: reverse(points=Decimal(0)), "points"),
        (lambda: reverse(identifier_type="mobile"), "identifier"),
        (lambda: reverse(identifier_value="1"), "identifier"),
        (lambda: reverse(identifier_type="cardnumber", identifier_value="1"), "identifier"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_leaves(make, field):
    with pytest.raises(BadInput) as caught:
        make()
    assert caught.value.field == field


@pytest.mark.parametrize("more", [{"skip_validation": True}, {"validation_type": "MISSED_CALL"}])
def test_no_code_is_needed_where_none_is_checked(more):
    call = redeem(code="", **more)
    assert "validation_code" not in call.body["root"]["redeem"][0]
    assert call.secrets == ()


def somebody(*profiles, cards=()):
    return Customer(id=5, profiles=profiles, cards=cards)


def profile(source, account, *identifiers):
    told = tuple(Identifier(kind, value) for kind, value in identifiers)
    return Profile(source, account, "5", "Asha", "Verma", told)


def test_a_customer_is_named_by_what_each_call_takes():
    both = somebody(
        profile("WECHAT", "wx_maple", ("mobile", "447700900999"), ("wechat", "o1")),
        profile("INSTORE", "", ("email", "asha.verma@example.com"), ("externalId", "CRM-0042319")),
    )
    assert for_points(both) == {"external_id": "CRM-0042319"}
    assert for_reversal(both) == {"identifier_type": "externalId", "identifier_value": "CRM-0042319"}
    assert for_ledger(both)["source"] == "INSTORE"
    outside = somebody(profile("WECHAT", "wx_maple", ("wechat", "o1"), ("mobile", "447700900999")))
    assert for_points(outside) == {"mobile": "447700900999"}
    assert for_ledger(outside) == {
        "identifier_name": "mobile",
        "identifier_value": "447700900999",
        "source": "WECHAT",
        "account_id": "wx_maple",
    }
    card = Card("1", "7001", "", "", "", "", "ACTIVE", "", None, None)
    only_a_card = somebody(profile("INSTORE", "", ("cardNumber", "7,001")), cards=(card,))
    assert for_points(only_a_card) == {"card_number": "7001"}
    assert for_reversal(only_a_card) == {}
    nobody = somebody(profile("WECHAT", "wx_maple", ("wechat", "o1")))
    assert (for_points(nobody), for_reversal(nobody), for_ledger(nobody)) == ({}, {}, None)
    assert redeem(mobile="", **for_points(both)).identifiers == (("external_id", "CRM-0042319"),)

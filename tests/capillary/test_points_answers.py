"""Redeemable, sent, redeemed, reversed: every shape the answers come in."""

import json
from decimal import Decimal

import pytest

from apps.capillary.decode import decode
from apps.capillary.envelopes import ApiSaidNo, codes_in
from apps.capillary.readers import ShapeError
from tests.capillary.points_shapes import (
    BOTH,
    CODE,
    EFFECT,
    FAILED,
    OUTER_ITEM,
    REDEEMABLE,
    REDEEMABLE_ITEM,
    REDEEMED,
    REDEEMED_ITEM,
    REVERSED,
    SENT,
    SENT_ITEM,
    check,
    item_says,
    redeem,
    reverse,
    send_code,
)
from tests.capillary.request_shapes import DROP, MOBILE, STRINGS, changed
from tests.capillary.shapes import read

INNER = "responses__points__response__points__redeemable"


def decimals(body):
    return decode(json.dumps(body).encode())


@pytest.mark.parametrize(
    "body",
    [
        REDEEMABLE,
        REDEEMABLE["response"],
        {"root": REDEEMABLE},
        changed(
            REDEEMABLE,
            responses={
                "points": [{**OUTER_ITEM, "response": [{"points": [{"redeemable": [REDEEMABLE_ITEM]}]}]}]
            },
        ),
        changed(REDEEMABLE, **{f"{INNER}__is_redeemable": True}),
        changed(REDEEMABLE, **{f"{INNER}__is_redeemable": "1"}),
        changed(REDEEMABLE, **{f"{INNER}__item_status": {"success": True, "code": 800}}),
        changed(REDEEMABLE, **{f"{INNER}__points": 100}),
        changed(REDEEMABLE, responses__points__response__status=DROP),
    ],
)
def test_a_redeemable_answer_in_every_shape(body):
    found = read(check(), decimals(body))
    assert (found.redeemable, found.points, found.value, found.local_value) == (
        True,
        Decimal(100),
        Decimal(50),
        Decimal("50.5"),
    )
    assert (found.currency_ratio, found.balance, found.code) == (Decimal(1), Decimal(900), "800")


@pytest.mark.parametrize(
    "body",
    [
        changed(REDEEMABLE, responses={"points": {"redeemable": REDEEMABLE_ITEM}}),
        changed(REDEEMABLE, responses=DROP, points={"redeemable": REDEEMABLE_ITEM}),
    ],
)
def test_the_inner_half_alone(body):
    found = read(check(), decimals(body))
    assert (found.redeemable, found.balance) == (True, None)


def test_a_redeemable_answer_in_xml():
    xml = b"""<response><status><success>true</success><code>200</code></status><responses><points>
        <mobile>447700900123</mobile><balance>900</balance><redeemed_value>50.5</redeemed_value>
        <item_status><success>true</success><code>800</code><message>Points Redeemed</message></item_status>
        <response><status><success>true</success><code>200</code></status><points><redeemable>
        <points>100</points><is_redeemable>false</is_redeemable><points_currency_ratio>0</points_currency_ratio>
        <item_status><success>true</success><code>800</code></item_status>
        </redeemable></points></response></points></responses></response>"""
    found = read(check(), decode(xml))
    assert (found.redeemable, found.points, found.value) == (False, Decimal(100), Decimal("50.5"))
    assert (found.currency_ratio, found.balance) == (None, Decimal(900))


@pytest.mark.parametrize("code", [803, "821"])
@pytest.mark.parametrize("success", ["false", False, "true"])
@pytest.mark.parametrize("status", [*BOTH, FAILED])
def test_an_inner_refusal_counts_whatever_the_outer_half_says(code, success, status):
    told = item_says(code, success=success)
    body = changed(REDEEMABLE, status=status, **{f"{INNER}__item_status": told})
    with pytest.raises(ApiSaidNo) as caught:
        read(check(), body)
    assert caught.value.code == str(code)
    assert str(code) in codes_in(body)


def test_an_outer_refusal_and_an_inner_status_count_too():
    with pytest.raises(ApiSaidNo, match="816"):
        read(check(), changed(REDEEMABLE, responses__points__item_status=item_says("816")))
    with pytest.raises(ApiSaidNo, match="400"):
        read(check(), changed(REDEEMABLE, responses__points__response__status=item_says("400")))
    with pytest.raises(ApiSaidNo, match="500"):
        read(check(), changed(REDEEMABLE, status=FAILED))


@pytest.mark.parametrize("code", ["876", "860"])
@pytest.mark.parametrize("success", ["true", "false"])
def test_redeemable_without_a_code_is_still_redeemable(code, success):
    told = item_says(code, success=success)
    found = read(check(), changed(REDEEMABLE, **{f"{INNER}__item_status": told}))
    assert (found.redeemable, found.code) == (True, code)


@pytest.mark.parametrize(
    "body",
    [
        changed(REDEEMABLE, **{INNER: DROP}),
        changed(REDEEMABLE, **{f"{INNER}__is_redeemable": "None"}),
        changed(REDEEMABLE, responses=DROP),
        changed(REDEEMABLE, status=DROP),
    ],
)
def test_a_check_without_an_answer_is_not_understood(body):
    with pytest.raises(ShapeError):
        read(check(), body)


@pytest.mark.parametrize(
    "body",
    [
        SENT,
        SENT["response"],
        changed(SENT, validation_code__code=[SENT_ITEM]),
        changed(SENT, validation_code=[{"code": SENT_ITEM}]),
        changed(SENT, validation_code__code__item_status={"success": True, "code": 200}),
        changed(SENT, validation_code__code__item_status={"status": "true", "code": "800"}),
        changed(SENT, validation_code__code__points=100),
    ],
)
def test_a_code_that_went_out(body):
    found = read(send_code(), body)
    assert (found.customer_id, found.points, found.mobile) == ("341594", Decimal(100), MOBILE)
    assert MOBILE not in repr(found)


@pytest.mark.parametrize(
    "body",
    [
        REDEEMED,
        {"root": REDEEMED},
        changed(REDEEMED, responses__points=[REDEEMED_ITEM]),
        changed(REDEEMED, responses=DROP, points=REDEEMED_ITEM),
        changed(REDEEMED, status=STRINGS),
        changed(REDEEMED, status={"success": True, "code": "200"}),
        changed(REDEEMED, responses__points__side_effects__effect=EFFECT),
        changed(REDEEMED, responses__points__points_redeemed=100),
        changed(REDEEMED, responses__points__balance="900"),
        changed(REDEEMED, responses__points__item_status={"success": "true", "code": "800"}),
    ],
)
def test_a_redemption_in_every_shape(body):
    found = read(redeem(), decimals(body))
    assert (found.redemption_id, found.number, found.points) == ("r0njPT", "1425658", Decimal(100))
    assert (found.value, found.balance, found.customer_id) == (Decimal(50), Decimal(900), "341594")
    (effect,) = found.effects
    assert (effect.bill_id, effect.bill_number, effect.value) == ("", "BILL-77", Decimal(50))
    assert CODE not in repr(found) + repr(found.raw)


def test_a_redemption_in_converted_xml():
    xml = b"""<root><response><responses><points><element><balance>900</balance><email null="true" />
        <item_status><code>800</code><message>done</message><success>true</success></item_status>
        <points_redeemed>100.50</points_redeemed><redemption_id>1425658</redemption_id>
        <side_effects><effect><element><id>1425658</id><num_points>100</num_points>
        <redeemed_on_bill_id>55</redeemed_on_bill_id></element></effect></side_effects></element></points></responses>
        <status><code>200</code><success>true</success></status></response></root>"""
    found = read(redeem(), decode(xml))
    assert (found.redemption_id, found.points, found.effects[0].bill_id) == (
        "1425658",
        Decimal("100.50"),
        "55",
    )


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"responses__points__side_effects": []}, ""),
        (
            {
                "responses__points__side_effects": {
                    "effect": [EFFECT, {**EFFECT, "points_redemption_summary_id": "9"}]
                }
            },
            "",
        ),
        (
            {
                "responses__points__side_effects": {
                    "effect": {**EFFECT, "points_redemption_summary_id": "None"}
                }
            },
            "1425658",
        ),
    ],
)
def test_the_numeric_id_is_told_only_when_there_is_one(values, number):
    assert read(redeem(), changed(REDEEMED, **values)).number == number


def test_only_the_numeric_id_names_the_redemption_too():
    assert (
        read(redeem(), changed(REDEEMED, responses__points__redemption_id="None")).redemption_id == "1425658"
    )


@pytest.mark.parametrize(
    "body",
    [
        REVERSED,
        {**REVERSED, "warnings": [{}], "errors": []},
        {**REVERSED, "errors": [{}]},
        {**REVERSED, "pointsReversed": "20.00", "customerId": "341594"},
        {"data": REVERSED, "warnings": [], "errors": None},
        {**REVERSED, "warnings": [{"code": 900, "message": "events pending", "status": True}]},
    ],
)
def test_a_reversal_in_every_shape(body):
    found = read(reverse(), decimals(body))
    assert (found.reversal_id, found.redemption_id, found.customer_id) == ("5wyOZM", "r0njPT", "341594")
    assert (found.points, found.asked) == (Decimal(20), Decimal(20))
    assert [notice.code for notice in found.notices] in ([], ["900"])

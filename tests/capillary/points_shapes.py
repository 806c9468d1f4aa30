"""Bodies of redeeming and reversing in the shapes the reference shows, with invented people."""

from decimal import Decimal

from apps.capillary.resources import points
from tests.capillary.request_shapes import MOBILE, NUMBERS, REFERENCE, STRINGS

CODE = "483920"
REDEEMABLE_ITEM = {
    "mobile": MOBILE,
    "points": "100",
    "is_redeemable": "true",
    "points_redeem_value": 50,
    "points_redeem_local_value": 50.5,
    "points_currency_ratio": "1",
    "item_status": {"success": "true", "code": "800", "message": "Points can be redeemed"},
}
OUTER_ITEM = {
    "mobile": MOBILE,
    "points_redeemed": "100",
    "redeemed_value": "50",
    "balance": "900",
    "item_status": {"success": "true", "code": "800", "message": "Points Redeemed"},
}
REDEEMABLE = {
    "response": {
        "status": STRINGS,
        "responses": {
            "points": {
                **OUTER_ITEM,
                "response": {"status": STRINGS, "points": {"redeemable": REDEEMABLE_ITEM}},
            }
        },
    }
}
SENT_ITEM = {
    "user_id": "341594",
    "mobile": MOBILE,
    "points": "100",
    "item_status": {"success": "true", "code": "200", "message": "Validation Code Issued"},
}
SENT = {"response": {"status": STRINGS, "validation_code": {"code": SENT_ITEM}}}
EFFECT = {
    "id": 1425658,
    "case_value": "false",
    "num_points": 100,
    "currency_value": 50,
    "validation_code": CODE,
    "points_redemption_summary_id": "1425658",
    "redeemed_on_bill_number": "BILL-77",
    "redeemed_on_bill_id": -1,
    "type": "points",
}
REDEEMED_ITEM = {
    "mobile": MOBILE,
    "email": "asha.verma@example.com",
    "external_id": "",
    "user_id": "341594",
    "redemption_id": "r0njPT",
    "points_redeemed": "100",
    "redeemed_value": 50,
    "redeemed_local_value": 50,
    "balance": 900,
    "side_effects": {"effect": [EFFECT]},
    "item_status": {"success": "true", "code": 800, "message": "Points Redeemed"},
}
REDEEMED = {
    "response": {
        "status": {"success": "true", "code": 200, "message": "SUCCESS"},
        "responses": {"points": REDEEMED_ITEM},
    }
}
REVERSED = {
    "redemptionId": "r0njPT",
    "pointsToBeReversed": 20.0,
    "orgId": 100,
    "identifier": {"type": "mobile", "value": MOBILE},
    "customerId": 341594,
    "pointsReversed": 20.0,
    "reversalId": "5wyOZM",
    "warnings": [],
}
# What a refused item is told with instead of a redemption.
NOTHING = {
    "user_id": "341594",
    "points": "100",
    "points_redeemed": "0",
    "redemption_id": "",
    "side_effects": [],
}
FAILED = {"success": "false", "code": "500", "message": "all failed"}
BOTH = (NUMBERS, STRINGS)


def item_says(code, message="no", success="false"):
    return {"success": success, "code": code, "message": message}


def check(**more):
    return points.is_redeemable(**{"points": Decimal(100), "mobile": MOBILE, **more})


def send_code(**more):
    return points.validation_code(**{"points": Decimal(100), "mobile": MOBILE, **more})


def redeem(**more):
    asked = {"points": Decimal(100), "mobile": MOBILE, "reference": REFERENCE, "code": CODE}
    return points.redeem(**{**asked, **more})


def reverse(**more):
    return points.reverse(**{"redemption_id": "r0njPT", "points": Decimal(20), **more})

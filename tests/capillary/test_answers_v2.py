"""v2 lists and the token in the shapes the reference shows, with invented values."""

from datetime import date
from decimal import Decimal

import pytest

from apps.capillary.readers import ShapeError
from apps.capillary.resources import (
    coupons,
    customers,
    goodwill,
    loyalty,
    referrals,
    token,
)
from apps.capillary.types_common import Place
from tests.capillary.shapes import DONE, OK, read


def test_search_with_strings_for_numbers_and_a_total_that_lies():
    page = read(
        customers.search(query="Mee"),
        {
            "pagination": {"limit": "10", "offset": "0", "total": 33},
            "data": {
                "userId": "17742",
                "matchedIdentifiers": [
                    {"idType": "firstName", "idValue": "Meera", "source": "INSTORE", "accountId": ""}
                ],
                "profiles": [{"source": "INSTORE", "firstName": "Meera", "lastName": "None"}],
            },
        },
    )
    assert (page.hits[0].customer_id, page.hits[0].name, page.window.total) == (17742, "Meera", 33)


def test_status_log_newest_first_with_dates_alone():
    log = read(
        customers.status_log(customer_id=5),
        {
            "data": [
                {
                    "status": "ACTIVE",
                    "label": "Active",
                    "createdOn": "2021-09-16",
                    "isActive": "false",
                    "createdByUser": "x",
                },
                {
                    "status": "SUSPENDED",
                    "createdOn": "2021-09-16T17:56:56+05:30",
                    "isActive": True,
                    "prevLabel": "Active",
                },
            ],
            "warnings": [],
            "error": [],
        },
    )
    assert [(row.status, row.is_active) for row in log] == [("SUSPENDED", True), ("ACTIVE", False)]


def test_loyalty_details_of_no_programme_and_of_two():
    assert read(loyalty.details(customer_id=5), {"data": [], "errors": []}) == ()
    rows = [
        {"programId": 1, "loyaltyPoints": "12.00", "delayedPoints": 3},
        {"programId": 2, "linkedPartnerPrograms": [{"partnerProgramId": 9, "partnerMembershipId": "91"}]},
    ]
    first, second = read(loyalty.details(customer_id=5), {"data": rows})
    assert (first.available, first.pending, second.partner_programs[0].id) == (
        Decimal("12.00"),
        Decimal(3),
        "9",
    )


def test_goodwill_with_enteredby_and_without_a_value():
    page = read(
        goodwill.requests(customer_id=5),
        {
            "pagination": {"limit": 10, "offset": 0, "total": 2},
            "data": [
                {
                    "id": 1,
                    "goodwillType": "POINTS",
                    "goodwillStatus": "APPROVED",
                    "approvedValue": "450",
                    "addedBy": {"name": "A"},
                    "oneStep": "true",
                },
                {
                    "id": 2,
                    "goodwillType": "COUPONS",
                    "goodwillStatus": "PENDING",
                    "enteredBy": {"code": "b"},
                    "addedOn": "2019-11-04T15:18:23+05:30",
                },
            ],
        },
    )
    first, second = page.rows
    assert (first.approved_value, first.one_step, second.approved_value) == (Decimal(450), True, None)
    assert second.added_by == Place(code="b")


def test_coupons_in_three_spellings():
    basic = read(
        coupons.basic(customer_id=5),
        {
            "entity": {
                "pagination": {"limit": "100", "offset": "0", "total": 1},
                "customers": [
                    {
                        "id": 5,
                        "coupons": [
                            {
                                "code": "0041",
                                "seriesId": 3,
                                "discountType": "ABS",
                                "discountValue": Decimal("50.0"),
                                "redemptionCount": 1,
                                "redemptionsLeft": 0,
                                "validTill": "2029-09-01T00:00:00+05:30",
                                "redemptions": [
                                    {
                                        "date": "2022-03-10T14:48:09+05:30",
                                        "redeemedAt": {"code": "b", "name": "B"},
                                    }
                                ],
                            }
                        ],
                    }
                ],
            },
            "success": True,
        },
    ).coupons[0]
    assert (basic.code, basic.is_redeemed, basic.valid_till, basic.uses[0].where) == (
        "0041",
        True,
        date(2029, 9, 1),
        Place("b", "B"),
    )
    detailed = read(
        coupons.detailed(customer_id=5),
        {
            "entity": [
                {
                    "id": 1,
                    "code": "X1",
                    "discountType": False,
                    "couponDiscountType": "PERC",
                    "isRedeemed": False,
                    "series": {"description": "Ten off", "dvsItems": "false"},
                    "status": {"code": 700, "success": True},
                }
            ]
        },
    ).coupons[0]
    assert (detailed.discount_type, detailed.series_name, detailed.is_redeemed) == ("PERC", "Ten off", False)
    old = read(
        coupons.history(customer_id=5),
        {
            "response": {
                "pagination": {"limit": "10", "offset": "0", "total": 1},
                "status": OK,
                "customers": {
                    "customer": {
                        "id": "5",
                        "coupons": {
                            "coupon": {
                                "id": "1",
                                "code": "X1",
                                "created_date": "2016-08-12T18:50:23+05:30",
                                "valid_till": "2027-01-31",
                                "redemption_count": "0",
                            }
                        },
                        "item_status": DONE,
                    }
                },
            }
        },
    )
    assert (old.window.total, old.coupons[0].is_redeemed, old.coupons[0].valid_till) == (
        1,
        False,
        date(2027, 1, 31),
    )


def test_referrals_with_a_doubled_brace_and_a_total_of_nought():
    (found,) = read(
        referrals.get(customer_id=5),
        {
            "pagination": {"total": 0},
            "data": [
                {
                    "customer": {"id": 5},
                    "referralCode": "MEERA5",
                    "invitees": [
                        {
                            "type": "EMAIL",
                            "identifier": "a@example.com",
                            "invitedOn": "2020-05-21 11:52:33.0",
                            "till": {"code": "t"},
                        },
                        {
                            "": {
                                "type": "EMAIL",
                                "identifier": "b@example.com",
                                "invitedOn": "2020-05-22 12:16:29.0",
                            }
                        },
                    ],
                    "referee": [
                        {"eventType": "REGISTRATION", "userId": 6, "addedOn": "2020-05-21 11:56:18.0"}
                    ],
                    "incentives": [],
                }
            ],
        },
    )
    assert [row.identifier for row in found.invitees] == ["a@example.com", "b@example.com"]
    assert found.referees[0].customer_id == "6"


def test_token_life():
    call = token.generate(key="k", secret="s")
    assert (
        read(call, {"data": {"accessToken": "t", "ttlSeconds": "300"}, "errors": None}).lives_seconds == 300
    )
    with pytest.raises(ShapeError):
        read(call, {"data": {}, "errors": None})

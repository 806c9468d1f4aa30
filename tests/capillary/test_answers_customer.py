"""The v2 customer in the shapes the reference shows, with invented values."""

from datetime import date
from decimal import Decimal

import pytest

from apps.capillary.readers import ShapeError
from apps.capillary.resources import (
    customers,
)
from apps.capillary.types_common import Notice
from tests.capillary.shapes import read


class TestCustomer:
    call = customers.get(customer_id=17742)
    balance = {
        "loyaltyPoints": Decimal("10.5"),
        "currentSlab": "SILVER",
        "slabExpiryDate": "2121-02-18T23:59:59+05:30",
        "nextSlab": "",
        "programId": 3,
    }
    body = {
        "id": 17742,
        "profiles": [
            {
                "firstName": "Meera",
                "lastName": "Pillai",
                "attribution": {
                    "createDate": "2016-06-23T19:11:18+08:00",
                    "createdBy": {"code": "t1", "name": "Till 1", "type": "TILL"},
                    "modifiedBy": {},
                },
                "fields": {"Favorite Color": "blue"},
                "identifiers": [
                    {"type": "cardNumber", "value": "TTM001", "seriesId": 4, "statusLabel": "ACTIVE"}
                ],
                "identifiersAll": [{"type": "mobile", "value": "915550000042"}],
                "commChannels": [
                    {"type": "email", "value": "m@example.com", "primary": "true", "verified": False}
                ],
                "source": "WECHAT",
                "userId": 17742,
                "accountId": "wx_1",
                "autoUpdateTime": "2016-08-12T18:50:23+08:00",
            }
        ],
        "loyaltyInfo": {"loyaltyType": "loyalty", "lifetimePurchases": 900},
        "fraudDetails": {"markedBy": {}, "modifiedOn": "2019-09-23T15:13:14+05:30", "status": "NOT_FRAUD"},
        "segments": {},
        "extendedFields": {"city": "Pune", "year": 1990},
        "cardDetails": [
            {
                "cardId": 8,
                "cardNumber": "TTM9",
                "issuedDate": "2021-11-23T10:01:33Z",
                "statusInfo": {"status": "ACTIVE", "label": "Active"},
            }
        ],
        "pointsSummary": balance,
        "loyaltyProgramDetails": [balance],
        "promotionalPoints": {
            "customerPromotionType": [
                {
                    "points": 5,
                    "promotionSource": {"promotionSourceType": "GOODWILL"},
                    "expiryDate": "2027-12-31T23:59:59+05:30",
                }
            ],
            "lineitemPromotionType": [],
        },
        "expirySchedules": [
            {"points": 5, "expiryDate": "2027-05-01"},
            {"points": 2, "expiryDate": "2027-01-01"},
            {"points": 1, "expiryDate": None},
        ],
        "subscriptionInfo": {"subscriptions": [{"channel": "SMS", "priority": "BULK", "type": "OPTIN"}]},
        "warnings": [],
        "future": {"kept": True},
    }

    def test_everything_with_all_embeds(self):
        found = read(self.call, self.body)
        profile = found.profiles[0]
        assert (found.id, profile.name, profile.account_id) == (17742, "Meera Pillai", "wx_1")
        assert profile.channels[0].primary is True
        assert profile.attribution.modified_by is None
        assert found.fraud is not None
        assert not found.fraud.is_marked
        assert found.points is not None
        assert found.points.available == Decimal("10.5")
        assert found.points.tier_expires_at.year == 2121
        assert found.promotional_points[0].source_type == "GOODWILL"
        assert [item.expires_on for item in found.expiring] == [date(2027, 1, 1), date(2027, 5, 1), None]
        assert found.raw["future"] == {"kept": True}
        assert found.extended_fields == {"city": "Pune", "year": "1990"}

    def test_the_bare_minimum(self):
        found = read(self.call, {"id": "17742"})
        assert (found.id, found.profiles, found.points, found.fraud) == (17742, (), None, None)

    def test_survivor_answered_in_place_of_the_merged(self):
        found = read(
            self.call, {"id": 5, "warnings": [{"status": False, "code": 91009, "message": "survivor"}]}
        )
        assert (found.id, found.warnings[0].code) == (5, "91009")

    def test_missing_points_do_not_fail_the_customer(self):
        found = read(
            self.call, {"id": 5, "errors": [{"status": False, "code": 8062, "message": "no points"}]}
        )
        assert found.warnings == (Notice("8062", "no points"),)

    def test_no_id_is_not_understood(self):
        with pytest.raises(ShapeError):
            read(self.call, {"profiles": []})

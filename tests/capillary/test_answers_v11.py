"""v1.1 record, notes and referrals in the shapes the reference shows, with invented values."""

from datetime import date
from decimal import Decimal

import pytest

from apps.capillary.envelopes import ApiSaidNo
from apps.capillary.readers import ShapeError
from apps.capillary.resources import (
    customers,
    notes,
    referrals,
    transactions,
)
from apps.capillary.types_common import Notice, Place
from apps.core.errors import BadInput
from tests.capillary.shapes import DONE, OK, in_response, read

RECORD = {
    "firstname": "Meera",
    "lastname": "Pillai",
    "mobile": "915550000042",
    "email": "meera@example.com",
    "external_id": "None",
    "lifetime_points": "1200",
    "lifetime_purchases": "45000.50",
    "loyalty_points": "310.25",
    "current_slab": "Gold",
    "registered_on": "2019-04-01 10:00:00",
    "updated_on": "2026-01-01 10:00:00",
    "type": "LOYALTY",
    "source": "instore",
    "identifiers": [],
    "registered_store": {"code": "s1", "name": "Store 1"},
    "registered_till": "till.1",
    "fraud_details": {"status": "NONE", "marked_by": [], "modified_on": []},
    "trackers": [],
    "custom_fields": {"field": {"name": "shoe", "value": "42"}},
    "extended_fields": {"field": []},
    "coupons": [
        {
            "id": "9",
            "series_id": "3",
            "code": "06000041",
            "valid_till": "2027-01-01 00:00:00",
            "redeemed": "false",
        }
    ],
    "notes": [],
    "user_id": "700100",
    "item_status": {**DONE, "warnings": []},
}


class TestRecord:
    call = customers.record(mobile="915550000042")

    def test_json_comes_without_response_wrapper(self):
        found = read(self.call, {"status": OK, "customers": {"customer": RECORD}})
        assert found.customer_id == "700100"
        assert found.external_id == ""
        assert found.points == Decimal("310.25")
        assert found.fraud is not None
        assert not found.fraud.is_marked
        assert found.registered_till == Place(name="till.1")
        assert found.custom_fields == {"shoe": "42"}
        assert found.coupons[0].code == "06000041"
        assert found.coupons[0].is_redeemed is False
        assert found.registered_at.isoformat() == "2019-04-01T10:00:00+05:30"

    def test_list_wrapper_and_plural_make_no_difference(self):
        one = read(self.call, {"status": OK, "customers": {"customer": RECORD}})
        for other in (
            {"status": OK, "customers": {"customer": [RECORD]}},
            in_response(customers={"customer": RECORD}),
            in_response(customer=RECORD),
            {"root": in_response(customers={"customer": [RECORD]})},
        ):
            assert read(self.call, other) == one

    def test_gaps_to_the_next_tier_in_both_spellings(self):
        gaps = {
            "gap_to_upgrade": {
                "upgrade_strategy": [
                    {
                        "upgrade_based_on": "TRACKER_VALUE_BASED",
                        "upgrade_threshold": "5000",
                        "customer_upgrade_entity_values": {
                            "current_value": "1200",
                            "gap_to_upgrade": "3800",
                            "value_valid_upto": "2027-03-31",
                        },
                    }
                ]
            },
            "gap_to_renew": {
                "tier_expiry_date": "2027-03-31",
                "renew_strategy": {
                    "renew_based_on": "VISITS",
                    "renew_threshold": "4",
                    "customer_renew_entity_value": "1",
                },
            },
        }
        upgrade, renew = read(self.call, in_response(customer={**RECORD, **gaps})).gaps
        assert (upgrade.kind, upgrade.gap, upgrade.valid_until) == (
            "upgrade",
            Decimal(3800),
            date(2027, 3, 31),
        )
        assert (renew.kind, renew.threshold, renew.current, renew.gap) == (
            "renew",
            Decimal(4),
            Decimal(1),
            None,
        )

    def test_warning_beside_success(self):
        item = {**RECORD, "item_status": {**DONE, "warnings": {"warning": ["91017", "1017"]}}}
        assert read(self.call, in_response(customer=item)).warnings == (Notice("91017"), Notice("1017"))

    def test_flag_says_yes_and_code_says_no(self):
        item = {**RECORD, "item_status": {"success": "true", "code": "1012", "message": "?"}}
        with pytest.raises(ApiSaidNo):
            read(self.call, in_response(customer=item))

    def test_nothing_where_the_customer_should_be(self):
        with pytest.raises(ShapeError):
            read(self.call, in_response(customers={"customer": []}))


class TestNotes:
    def test_list_object_and_none(self):
        call = notes.get(customer_id=5)
        note = {"id": "1", "description": "Likes mornings.", "added_on": "2026-01-02 10:00:00"}
        for shape in ({"note": [note]}, {"note": note}):
            (found,) = read(call, in_response(customer={"user_id": "5", "notes": shape, "item_status": DONE}))
            assert (found.id, found.text) == ("1", "Likes mornings.")
        none = in_response(customer={"user_id": "5", "item_status": {"success": "false", "code": "1028"}})
        assert read(call, none) == ()

    def test_adding_sends_a_list_under_root_and_reads_bools_and_ints(self):
        call = notes.add(text="Hello.", customer_id=5)
        assert call.write
        assert call.body == {
            "root": {"customer": [{"user_id": "5", "notes": {"note": [{"description": "Hello."}]}}]}
        }
        item = {
            "user_id": "5",
            "notes": {"note": {"id": "1", "date": "2026-01-02 10:00:00", "description": "Hello."}},
        }
        item["item_status"] = {"success": True, "code": 1000, "message": "ok", "warnings": {"warning": []}}
        assert read(call, in_response(customer=item)).id == "1"

    def test_accepted_without_a_note_is_not_understood(self):
        with pytest.raises(ShapeError):
            read(
                notes.add(text="Hello.", customer_id=5),
                in_response(customer={"user_id": "5", "item_status": DONE}),
            )

    def test_a_note_needs_words(self):
        with pytest.raises(BadInput):
            notes.add(text="  ", customer_id=5)


def test_referral_statistics_with_nulls():
    found = read(
        referrals.statistics(customer_id=5),
        in_response(
            customer={
                "email": None,
                "referral_code": "MEERA5",
                "invitees": {
                    "referral_type": {
                        "type": "MOBILE",
                        "invitee": {
                            "identifier": "915550000043",
                            "name": "Ravi",
                            "invited_on": "2020-05-21 11:52:33.0",
                        },
                    }
                },
                "referees": {
                    "referee": {
                        "event_type": "REGISTRATION",
                        "firstname": None,
                        "mobile": None,
                        "added_on": "2020-05-21 11:56:18",
                    }
                },
                "incentives": [],
                "item_status": {"success": "true", "code": 1000},
            }
        ),
    )
    assert (found.invitees[0].type, found.invitees[0].name, found.referees[0].mobile) == (
        "MOBILE",
        "Ravi",
        "",
    )


@pytest.mark.parametrize(
    "arguments", [{}, {"customer_id": 5, "mobile": "9"}, {"mobile": "91,92"}, {"email": " "}]
)
def test_exactly_one_identifier_without_a_comma(arguments):
    with pytest.raises(BadInput):
        transactions.history(**arguments)

"""v1.1 bills and redemptions in the shapes the reference shows, with invented values."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from apps.capillary.resources import (
    redemptions,
    transactions,
)
from apps.capillary.types_common import Place
from tests.capillary.shapes import in_response, read


class TestTransactions:
    call = transactions.history(customer_id=5)
    row = {
        "id": "88",
        "number": "B-1",
        "type": "REGULAR",
        "return_type": "",
        "amount": "1200.50",
        "billing_time": "2026-05-01 12:00:00",
        "gross_amount": "1300",
        "discount": "99.5",
        "store": "Bandra",
        "store_code": "bandra",
        "currency": {
            "ratio": 1,
            "transaction_currency": {"supported_currency_id": 3, "name": "Rupee", "symbol": "₹"},
        },
        "points": {"issued": "12", "redeemed": "0", "expiry_date": "2027-05-01 23:59:59", "program_id": "1"},
        "custom_fields": {"field": [{"name": "", "value": ""}]},
        "basket_size": 2,
    }

    def answer(self, rows, **item):
        customer = {"user_id": "5", "count": 1, "start": "0", "rows": "1", "transactions": rows}
        return in_response(customer={**customer, "item_status": {"success": "true", "code": "1052"}, **item})

    @pytest.mark.parametrize(
        "wrap", [lambda row: {"transaction": [row]}, lambda row: {"transaction": row}, lambda row: [row]]
    )
    def test_one_bill(self, wrap):
        page = read(self.call, self.answer(wrap(self.row)))
        (bill,) = page.transactions
        assert (bill.amount, bill.points_issued, bill.currency) == (Decimal("1200.50"), Decimal(12), "₹")
        assert (bill.store_name, bill.custom_fields, page.count, page.start) == ("Bandra", {}, 1, 0)

    @pytest.mark.parametrize("rows", [{"transaction": []}, {"transaction": ""}, [], "", None, {}])
    def test_no_bills_in_every_spelling(self, rows):
        assert read(self.call, self.answer(rows)).transactions == ()

    def test_none_found_is_an_empty_page(self):
        page = read(self.call, self.answer([], item_status={"success": "false", "code": "1051"}))
        assert page.transactions == ()

    def test_a_store_as_object(self):
        rows = {"transaction": {**self.row, "store": {"code": "b2", "name": "Bandra West"}, "store_code": ""}}
        (bill,) = read(self.call, self.answer(rows)).transactions
        assert (bill.store_name, bill.store_code) == ("Bandra West", "b2")


class TestRedemptions:
    call = redemptions.history(customer_id=5)

    def test_points_with_reversals_and_coupons(self):
        found = read(
            self.call,
            in_response(
                customer={
                    "mobile": "915550000042",
                    "points_count": "1",
                    "coupons_count": "1",
                    "redemptions": {
                        "coupons": {
                            "coupon": {
                                "id": "31",
                                "code": "0041",
                                "redeemed_time": "2026-01-02 10:00:00",
                                "redeemed_at": {"code": "b", "name": "Bandra"},
                            }
                        },
                        "points": {
                            "point": {
                                "id": 41,
                                "program_id": 2,
                                "points_redeemed": 100,
                                "validation_code": "482913",
                                "redeemed_time": "2026-01-02 10:00:00",
                                "redeemed_at": "Bandra",
                                "reversals": {
                                    "reversal_id": 7,
                                    "points_reversed": "40.5",
                                    "reversed_on_till_id": 3,
                                },
                                "redemption_breakup_by_program": {
                                    "program_id": 2,
                                    "points_redeemed": 100,
                                    "program_name": "",
                                },
                            }
                        },
                    },
                }
            ),
        )
        (spent,), (coupon,) = found.points, found.coupons
        assert (spent.id, spent.points, spent.reversed_points, spent.remaining_points) == (
            "41",
            Decimal(100),
            Decimal("40.5"),
            Decimal("59.5"),
        )
        assert spent.by_program[0].points == Decimal(100)
        assert (coupon.id, coupon.redeemed_where, found.points_count) == ("31", "Bandra", 1)
        assert "482913" not in repr(spent) + repr(dict(spent.raw))

    def test_no_redemptions(self):
        customer = {
            "mobile": "915550000042",
            "redemptions": {"coupons": {"coupon": []}, "points": {"point": []}},
        }
        found = read(self.call, in_response(customer=customer))
        assert (found.points, found.coupons) == ((), ())

    row = {
        "id": 1425658,
        "points_redeemed": "100.50",
        "redeemed_time": "2026-01-02 10:00:00",
        "redeemed_till": {"code": "till.bandra.01", "name": "Bandra till 1"},
        "external_reference_number": "01JDCE5Q7R8S9T0V1W2X3Y4Z5A",
    }

    def found(self, *rows):
        customer = {"mobile": "915550000042", "redemptions": {"points": {"point": list(rows)}}}
        return read(self.call, in_response(customer=customer))

    @pytest.mark.parametrize(
        ("told", "by"),
        [
            ({"reversed_on_till_id": 3}, Place(id="3")),
            ({"reversed_on_till_id": "None"}, None),
            ({"reversed_on_till_id": 3, "reversed_by": {"code": "mgr"}}, Place(code="mgr")),
            ({"reversed_till": {"code": "t1", "name": "Till 1"}}, Place(code="t1", name="Till 1")),
        ],
    )
    @pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"reversal": [one]}])
    def test_who_gave_back_what_and_when(self, told, by, wrap):
        reversal = {
            "reversal_id": "5wyOZM",
            "points_reversed": "20",
            "reversal_time": "2026-01-03 09:00:00.0",
            **told,
        }
        (spent,) = self.found({**self.row, "reversals": wrap(reversal)}).points
        (back,) = spent.reversals
        assert (back.id, back.points, back.by) == ("5wyOZM", Decimal(20), by)
        assert back.reversed_at.isoformat() == "2026-01-03T09:00:00+05:30"
        assert spent.remaining_points == Decimal("80.50")

    def test_never_more_is_left_than_the_outside_says(self):
        rows = [{**self.row, "total_points_reversed": total} for total in ("60", "None", 0)]
        assert [spent.remaining_points for spent in self.found(*rows).points] == [
            Decimal("40.50"),
            Decimal("100.50"),
            Decimal("100.50"),
        ]

    def test_the_redemption_made_under_our_reference_is_found_again(self):
        found = self.found(self.row, {**self.row, "id": "r0njPT", "external_reference_number": "None"})
        assert [row.id for row in found.of_reference("01JDCE5Q7R8S9T0V1W2X3Y4Z5A")] == ["1425658"]
        assert found.of_reference("") == ()

    @pytest.mark.parametrize(
        ("values", "ids"),
        [
            ({}, ["1425658"]),
            ({"points": Decimal(100)}, []),
            ({"since": "2026-01-02T10:00:01+05:30"}, []),
            ({"until": "2026-01-02T09:59:59+05:30"}, []),
            ({"till_code": "till.bandra.01"}, ["1425658"]),
            ({"till_code": "till.saket.01"}, []),
        ],
    )
    def test_a_redemption_is_found_by_amount_time_and_till(self, values, ids):
        asked = {
            "points": Decimal("100.5"),
            "since": "2026-01-02T09:59:00+05:30",
            "until": "2026-01-02T10:01:00+05:30",
            **values,
        }
        asked |= {key: datetime.fromisoformat(asked[key]) for key in ("since", "until")}
        assert [row.id for row in self.found(self.row).alike(**asked)] == ids

    def test_everything_reading_back_needs_is_sent(self):
        call = redemptions.history(
            customer_id=5,
            start_date=date(2026, 1, 1),
            end_date=date(2026, 1, 3),
            points_start_id="41",
            points_end_id="90",
            sort="redemption_id",
            order="asc",
            program_id="101",
            external_reference_number="01JDCE5Q7R8S9T0V1W2X3Y4Z5A",
        )
        assert dict(call.params) == {
            "id": "5",
            "start_date": "2026-01-01",
            "end_date": "2026-01-03",
            "mlp": "true",
            "user_id": "true",
            "sort": "redemption_id",
            "order": "asc",
            "programId": "101",
            "external_reference_number": "01JDCE5Q7R8S9T0V1W2X3Y4Z5A",
            "points_start_id": "41",
            "points_end_id": "90",
        }
        only = redemptions.history(customer_id=5, kind="POINTS", points_start_id="41", limit=5)
        assert {"points_start_id", "limit"}.isdisjoint(only.params)

"""v1.1 bills and redemptions in the shapes the reference shows, with invented values."""

from decimal import Decimal

import pytest

from apps.capillary.resources import (
    redemptions,
    transactions,
)
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

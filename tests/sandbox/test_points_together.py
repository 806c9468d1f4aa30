"""points/redeem with many at once and with lost replies; what customer/redemptions shows of it, and when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.support.points import code_of, fresh_code, redeem, redeemed, shown, spendable
from tests.support.sandbox import Sandbox

CARDS, MOBILE = 500000022, "915550000022"


@pytest.fixture(autouse=True)
def a_full_purse(sandbox: Sandbox) -> None:
    sandbox.credit(CARDS, 300)


def test_many_at_once_never_overdraw(sandbox: Sandbox) -> None:
    """Nine people press for the same points; there are enough for exactly three."""
    customer, mobile = 500000009, "915550000009"
    has = spendable(sandbox, customer)
    sandbox.credit(customer, 1000 - has % 1000)
    each = int(spendable(sandbox, customer) // 4 + 50) // 10 * 10
    fit = int(spendable(sandbox, customer) // each)
    with ThreadPoolExecutor(9) as pool:
        codes = list(pool.map(lambda _: code_of(redeem(sandbox, mobile, each)), range(9)))
    assert sorted(codes) == sorted([800] * fit + [818] * (9 - fit))
    assert spendable(sandbox, customer) >= 0


def test_one_code_buys_once_with_two_at_once(sandbox: Sandbox) -> None:
    code = fresh_code(sandbox, MOBILE)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda _: code_of(redeem(sandbox, MOBILE, 20, validation_code=code)), range(2)))
    assert sorted(codes) == [800, 808]


@pytest.mark.parametrize(
    ("fault", "rows"), [("drop_before", 0), ("drop_after", 1), ("nonsense", 1), ("500", 0)]
)
def test_lost_reply_leaves_none_or_one_behind(sandbox: Sandbox, fault: str, rows: int) -> None:
    reference, before = f"LC-LOST-{fault}", spendable(sandbox, CARDS)
    with pytest.raises((requests.ConnectionError, ValueError)):
        redeem(sandbox, MOBILE, 20, how=f"fault={fault}", external_reference_number=reference)
    assert len(sandbox.redemptions(external_reference_number=reference)) == rows
    assert len(shown(sandbox, MOBILE, external_reference_number=reference)) == rows
    assert spendable(sandbox, CARDS) == before - 20 * rows


def test_read_lag_hides_what_is_new(sandbox: Sandbox) -> None:
    redeemed(sandbox, MOBILE, 20, external_reference_number="LC-LAG")
    assert shown(sandbox, MOBILE, how="read_lag=60", external_reference_number="LC-LAG") == []
    assert len(shown(sandbox, MOBILE, external_reference_number="LC-LAG")) == 1


def test_times_and_ids_narrow_the_list(sandbox: Sandbox) -> None:
    short = redeemed(sandbox, MOBILE, 20)
    number = sandbox.redemptions(code=short)[0]["id"]
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    assert shown(sandbox, MOBILE, points_start_id=number, points_end_id=number)[0]["id"] == number
    assert shown(sandbox, MOBILE, start_date=tomorrow) == []
    assert shown(sandbox, MOBILE, end_date=tomorrow, limit=1)[0]["id"] == number
    assert shown(sandbox, MOBILE, sort="redemption_id", order="desc", limit=1)[0]["id"] == number
    assert shown(sandbox, MOBILE, programId=102) == []

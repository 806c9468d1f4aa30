"""Tills elsewhere, and the ledger: whatever was done in whatever order, every balance is its sum."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.points import BALANCE, INFO, code_of, problem, redeem, redeemed, reverse, spendable
from tests.support.sandbox import Sandbox

PRIYA, MOBILE = 500000021, "915550000021"
WHO = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": MOBILE}


def events(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Every ledger entry of the last week, oldest first."""
    rows: list[dict[str, Any]] = []
    while True:
        page = sandbox.get(INFO, **WHO, offset=len(rows) // 10).json()["ledgerEntries"]
        rows += page
        if len(page) < 10:
            return rows


def test_ledger_tells_of_redemption_and_reversal(sandbox: Sandbox) -> None:
    sandbox.credit(PRIYA, 100)
    known = len(events(sandbox))
    short = redeemed(sandbox, MOBILE, 100, external_reference_number="LC-LEDGER")
    reverse(sandbox, short, 30)
    taken, back = events(sandbox)[known:]
    assert (taken["eventName"], taken["netPointsOnEvent"]) == ("PointsRedemption", "-100.000")
    assert taken["entryDetails"][0]["ledgerEntryType"] == "DEBIT"
    assert (back["eventName"], back["netPointsOnEvent"]) == ("PointsRedemptionReversal", "30.000")
    assert back["entryDetails"][0]["ledgerEntryType"] == "CREDIT"


def test_backdated_redemption_is_booked_now(sandbox: Sandbox) -> None:
    sandbox.credit(PRIYA, 100)
    before = events(sandbox)
    when = (datetime.now(UTC) - timedelta(days=20)).strftime("%Y-%m-%d %H:%M:%S")
    redeemed(sandbox, MOBILE, 20, redemption_time=when)
    assert len(events(sandbox)) == len(before) + 1


def test_elsewhere_is_seen_like_ours_and_ignores_our_switches(sandbox: Sandbox) -> None:
    sandbox.credit(PRIYA, 100)
    sandbox.switch(redeem="817", reversal="off", skip_validation="refused")
    row = sandbox.redeem_elsewhere(
        PRIYA, 50, till="till.012.01", external_reference_number="POS-1", notes="n"
    )
    assert (row["mode"], row["till"], row["remaining"]) == ("ELSEWHERE", "till.012.01", 50.0)
    assert sandbox.redemptions(customer_id=PRIYA)[0] == row
    back = sandbox.reverse_elsewhere(row["id"], 20, till="till.007.01")
    assert sandbox.reversals(customer_id=PRIYA)[0] == back
    assert sandbox.reversals(external_reference_number="POS-1") == [back]
    assert (back["points"], back["till_id"]) == (20.0, 70090)
    assert sandbox.redemptions(code=row["code"])[0]["remaining"] == 30.0


@pytest.mark.parametrize(
    ("name", "order", "code"),
    [
        ("redemptions", {"customer_id": "1", "points": 20}, 816),
        ("redemptions", {"customer_id": PRIYA, "points": "x"}, 801),
        ("redemptions", {"customer_id": PRIYA, "points": 25}, 807),
        ("redemptions", {"customer_id": PRIYA, "points": 20, "till": "x"}, 91021),
        ("reversals", {"redemption": "nobody"}, 902),
        ("credits", {"customer_id": PRIYA, "points": 20, "programme_id": 103}, 881),
    ],
)
def test_impossible_orders_are_refused(sandbox: Sandbox, name: str, order: dict[str, Any], code: int) -> None:
    reply = requests.post(f"{sandbox.url}/_control/{name}.json", json=order, timeout=5)
    assert (reply.status_code, reply.json()["code"]) == (409, code)
    assert requests.get(f"{sandbox.url}/_control/{name}.json?customer_id=x", timeout=5).status_code in (
        405,
        422,
    )


def test_page_redeems_and_reverses(sandbox: Sandbox) -> None:
    sandbox.credit(PRIYA, 100)
    with requests.Session() as session:
        address = f"{sandbox.url}/_control/redemptions/"

        def submit(**form: str) -> str:
            page = session.get(address, timeout=5).text
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert token
            data = {"csrfmiddlewaretoken": token[1], **form}
            return session.post(address, data=data, headers={"Referer": sandbox.url}, timeout=5).text

        submit(act="redeem", customer_id=str(PRIYA), points="20", till="till.012.01")
        row = sandbox.redemptions(customer_id=PRIYA)[0]
        assert (row["points"], row["till"]) == (20.0, "till.012.01")
        page = submit(act=f"reverse-{row['code']}", **{f"points-{row['code']}": "5"})
        assert sandbox.redemptions(code=row["code"])[0]["remaining"] == 15.0
        assert 'role="alert"' in submit(act="redeem", customer_id=str(PRIYA), points="25")
    assert re.search(r"<title>\s*Redemptions\s*</title>", page)
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert set(fields) == set(re.findall(r'<label for="([^"]+)"', page))
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=", page)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("redeem"), st.sampled_from([10, 20, 50, 90, 500])),
        st.tuples(st.just("reverse"), st.sampled_from([1, 10, 20, 60])),
        st.tuples(st.just("reverse_all"), st.just(0)),
        st.tuples(st.just("elsewhere"), st.sampled_from([20, 40])),
    ),
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_the_balance_is_the_sum_and_never_below_nought(
    sandbox: Sandbox, acts: list[tuple[str, int]]
) -> None:
    sandbox.credit(PRIYA, 100)
    balance, open_ones = spendable(sandbox, PRIYA), dict[str, int]()
    for act, points in acts:
        if act in ("redeem", "elsewhere"):
            balance -= _taken(sandbox, act, points, open_ones)
        elif open_ones:
            short = next(iter(open_ones))
            answer = reverse(sandbox, short, points or None)
            over = points > open_ones[short]
            assert ("errors" in answer) == over
            if over:
                assert problem(answer) in (810, 3802)
                continue
            given_back = points or open_ones[short]
            balance += given_back
            open_ones[short] -= given_back
            if not open_ones[short]:
                assert problem(reverse(sandbox, open_ones and short, 1)) == 3802
                del open_ones[short]
    assert balance >= 0
    assert _everywhere(sandbox) == {balance}


def _taken(sandbox: Sandbox, act: str, points: int, open_ones: dict[str, int]) -> int:
    has = spendable(sandbox, PRIYA)
    if act == "elsewhere" and points <= has:
        open_ones[sandbox.redeem_elsewhere(PRIYA, points)["code"]] = points
        return points
    if act == "elsewhere":
        return 0
    item = redeem(sandbox, MOBILE, points)
    if points >= 20 and points <= has:
        open_ones[item["redemption_id"]] = points
        return points
    assert code_of(item) in (804, 818, 821)
    return 0


def _everywhere(sandbox: Sandbox) -> set[Decimal]:
    """The balance as each call tells it."""
    closing = sandbox.get(BALANCE, **WHO, pointCategoryType="REGULAR").json()["ledgerDetails"]
    get = sandbox.get("/v1.1/customer/get", mobile=MOBILE, points_summary="true").json()
    customer = get["customers"]["customer"]
    embedded = sandbox.get(f"/v2/customers/{PRIYA}", embed="points,expirySchedules").json()
    return {
        spendable(sandbox, PRIYA),
        Decimal(closing["ledgerClosingBalance"][0]["closingBalance"]),
        Decimal(customer["loyalty_points"]),
        Decimal(customer["points_summaries"]["points_summary"][0]["loyaltyPoints"]),
        Decimal(str(embedded["pointsSummary"]["loyaltyPoints"])),
        sum((Decimal(str(lot["points"])) for lot in embedded["expirySchedules"]), Decimal(0)),
    }

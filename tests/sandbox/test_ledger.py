"""Every balance that is shown anywhere is the sum of the ledger, for every customer that was seeded."""

import sqlite3
from collections import defaultdict
from decimal import Decimal

from tests.support.sandbox import CUSTOMERS, Sandbox

Sums = dict[tuple[int, int], dict[str, Decimal]]


def ledger(sandbox: Sandbox) -> Sums:
    """(customer, programme) → kind → points, added up here and not by the code under test."""
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    with sqlite3.connect(f"file:{sandbox.database}?mode=ro", uri=True) as connection:
        for customer, programme, kind, points in connection.execute(
            "select customer_id, programme_id, kind, points from sandbox_ledgerentry"
        ):
            sums[customer, programme][kind] += Decimal(points) / 1000
    return sums


def available(kinds: dict[str, Decimal]) -> Decimal:
    return sum((points for kind, points in kinds.items() if kind != "PROMISED"), Decimal(0))


def customers(sandbox: Sandbox) -> list[int]:
    with sqlite3.connect(f"file:{sandbox.database}?mode=ro", uri=True) as connection:
        rows = connection.execute("select id from sandbox_customer where merged_into_id is null").fetchall()
    return [row[0] for row in rows]


def exact(value: float | str) -> Decimal:
    return Decimal(str(value))


def test_all_reported_balances_agree_with_the_ledger(sandbox: Sandbox) -> None:
    sums, seen = ledger(sandbox), 0
    for customer in customers(sandbox):
        details = sandbox.get(f"/v2/customers/{customer}/loyaltyDetails").json()
        body = sandbox.get(
            f"/v2/customers/{customer}", source="ALL", embed="points,mlp,expirySchedules"
        ).json()
        text = sandbox.get("/v1.1/customer/redemptions", id=str(customer), limit=1000).json()["response"][
            "customer"
        ]
        if details["errors"]:
            continue
        spent = defaultdict(Decimal)
        for point in text["redemptions"]["points"]["point"]:
            back = sum((exact(row["points_reversed"]) for row in point.get("reversals", [])), Decimal(0))
            spent[point["program_id"]] += exact(point["points_redeemed"]) - back
        expiring = defaultdict(Decimal)
        for row in body["expirySchedules"]:
            expiring[row["programId"]] += exact(row["points"])
        for row, embedded in zip(details["data"], body["loyaltyProgramDetails"], strict=True):
            programme = row["programId"]
            kinds = sums[customer, programme]
            assert exact(row["loyaltyPoints"]) == available(kinds) >= 0
            assert exact(row["lifetimePoints"]) == kinds["EARNED"] + kinds["GOODWILL"]
            assert exact(row["redeemed"]) == -(kinds["REDEEMED"] + kinds["REVERSED"]) == spent[programme]
            assert exact(row["adjusted"]) == kinds["ADJUSTED"]
            assert exact(row["expired"]) == -kinds["EXPIRED"]
            assert exact(row["returned"]) == -kinds["RETURNED"]
            assert exact(row["delayedPoints"]) == kinds["PROMISED"]
            assert exact(row["totalAvailablePoints"]) == available(kinds) + kinds["PROMISED"]
            assert exact(embedded["loyaltyPoints"]) == exact(row["loyaltyPoints"])
            assert expiring[programme] == available(kinds)
            seen += 1
        assert exact(body["pointsSummary"]["loyaltyPoints"]) == exact(details["data"][0]["loyaltyPoints"])
    assert seen >= CUSTOMERS // 2


def test_every_kind_of_movement_was_seeded(sandbox: Sandbox) -> None:
    kinds = {kind for kinds in ledger(sandbox).values() for kind in kinds}
    assert kinds == {
        "EARNED", "GOODWILL", "PROMISED", "REDEEMED", "REVERSED", "RETURNED", "EXPIRED", "ADJUSTED"
    }  # fmt: skip


def test_v11_tells_the_same_balances(sandbox: Sandbox) -> None:
    sums = ledger(sandbox)
    for character in sandbox.characters.values():
        mobile = next((row["value"] for row in character["identifiers"] if row["name"] == "mobile"), "")
        if not mobile or character["merged_into"]:
            continue
        reply = sandbox.get("/v1.1/customer/get", mobile=mobile, points_summary="true", user_id="true").json()
        customer = reply["customers"]["customer"]
        for row in customer["points_summaries"]["points_summary"]:
            kinds = sums[character["id"], int(row["programId"])]
            assert exact(row["loyaltyPoints"]) == available(kinds)
        first = customer["points_summaries"]["points_summary"][:1]
        assert customer["loyalty_points"] == (first[0]["loyaltyPoints"] if first else "0")


def test_purchases_are_the_sum_of_the_bills(sandbox: Sandbox) -> None:
    for customer in (500000001, 500000016, 500000017):
        bills = sandbox.get("/v1.1/customer/transactions", id=str(customer), limit=1000).json()["response"][
            "customer"
        ]
        rows = bills["transactions"]["transaction"]
        signed = [exact(row["amount"]) * (-1 if row["type"] == "RETURN" else 1) for row in rows]
        assert exact(bills["lifetime_purchases"]) == sum(signed)


def test_each_entry_names_the_store_of_its_bill_redemption_or_reversal(sandbox: Sandbox) -> None:
    words = """
        SELECT count(*), sum(l.store_code <> coalesce(r.store_code, t.store_code)), count(DISTINCT l.store_code)
        FROM sandbox_ledgerentry l
        LEFT JOIN sandbox_transaction t ON t.id = l.transaction_id
        LEFT JOIN sandbox_redemption r ON r.id = l.redemption_id
        WHERE t.id IS NOT NULL OR r.id IS NOT NULL
    """
    with sqlite3.connect(f"file:{sandbox.database}?mode=ro", uri=True) as connection:
        entries, elsewhere, stores = connection.execute(words).fetchone()
        first = connection.execute(
            "SELECT count(DISTINCT store_code) FROM sandbox_ledgerentry WHERE customer_id = 500000001"
        ).fetchone()[0]
    assert entries > 300
    assert elsewhere == 0
    assert stores > 3
    assert first > 1

"""What an approval brings: the ledger, the balance and the promotion agree; or nothing comes, or later."""

import time
from decimal import Decimal
from typing import Any

import pytest

from tests.support.goodwill import APPROVE, added, balance, credits, decide, stored
from tests.support.sandbox import Sandbox

TWIN, MOBILE = 500000020, "915550000020"
WHO = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": MOBILE}
BALANCE, INFO = "/v2/pointsLedger/getCustomerLedgerBalance", "/v2/pointsLedger/getCustomerLedgerInfo"


def promotions(sandbox: Sandbox) -> list[dict[str, Any]]:
    body = sandbox.get(f"/v2/customers/{TWIN}", embed="promotionalPoints").json()
    return list(body["promotionalPoints"]["customerPromotionType"])


def closing(sandbox: Sandbox, **query: str) -> Decimal:
    rows = sandbox.get(BALANCE, **WHO, **query).json()["ledgerDetails"]["ledgerClosingBalance"]
    return next(Decimal(row["closingBalance"]) for row in rows if row["pointsCategory"] == "Main")


@pytest.mark.parametrize(("sent", "granted"), [({}, Decimal("150.5")), ({"points": "40"}, Decimal(40))])
def test_approval_is_seen_everywhere(sandbox: Sandbox, sent: dict[str, str], granted: Decimal) -> None:
    before, known, seen = balance(sandbox, TWIN), credits(sandbox, MOBILE), promotions(sandbox)
    number = added(sandbox, TWIN, points="150.5")
    assert balance(sandbox, TWIN) == before
    headers = {"X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.deira.01"}
    decide(sandbox, APPROVE, number, headers=headers, **sent)
    assert balance(sandbox, TWIN) == closing(sandbox) == before + granted
    [new] = [entry for entry in credits(sandbox, MOBILE) if entry not in known]
    assert new["netPointsOnEvent"] == f"{granted:.3f}"
    assert (new["storeCode"], new["tillCode"]) == ("deira", "till.deira.01")
    [detail] = new["entryDetails"]
    assert (detail["ledgerEntryType"], Decimal(detail["points"])) == ("CREDIT", granted)
    assert "transactionDetails" not in new
    assert new["ledgerCreatedDate"].endswith(".0")
    assert len(promotions(sandbox)) == len(seen) + 1
    newest = promotions(sandbox)[0]
    assert Decimal(str(newest["points"])) == granted
    assert newest["promotionSource"]["promotionSourceType"] == "GOODWILL"
    assert number not in newest["promotionName"]


@pytest.mark.parametrize("by_header", [True, False])
def test_silent_failure_says_approved_and_credits_nothing(sandbox: Sandbox, by_header: bool) -> None:
    before, number = balance(sandbox, TWIN), added(sandbox, TWIN)
    if not by_header:
        sandbox.switch(goodwill="approved_not_credited")
    header = "goodwill=approved_not_credited" if by_header else ""
    reply = decide(sandbox, APPROVE, number, how=header)
    assert reply["requests"]["goodwill"]["status"] == "APPROVED"
    row = stored(sandbox, number)
    assert (row["status"], row["approved_value"], row["credited_at"]) == ("APPROVED", 100.0, None)
    shown = sandbox.get(f"/v2/customers/{TWIN}/goodwillRequest", requestId=number).json()["data"][0]
    assert (shown["goodwillStatus"], shown["approvedValue"]) == ("APPROVED", "100")
    assert balance(sandbox, TWIN) == before
    assert sandbox.decide(number, "credit").status_code == 200
    assert balance(sandbox, TWIN) == before + 100
    assert sandbox.decide(number, "credit").json()["code"] == 9002
    assert balance(sandbox, TWIN) == before + 100


def test_late_credit_comes_after_its_seconds_and_once(sandbox: Sandbox) -> None:
    before, number = balance(sandbox, TWIN), added(sandbox, TWIN)
    decide(sandbox, APPROVE, number, how="goodwill=credit_late:0.8")
    assert balance(sandbox, TWIN) == before
    time.sleep(0.9)
    assert [balance(sandbox, TWIN) for _ in range(2)] == [before + 100] * 2
    assert stored(sandbox, number)["credit_due_at"] is None


@pytest.mark.parametrize("value", ["credit_late:", "credit_late:soon", "credit_late:-1", "never"])
def test_other_words_for_the_switch_are_refused(sandbox: Sandbox, value: str) -> None:
    assert sandbox.get("/v2/customers/500000001", sandbox=f"goodwill={value}").status_code == 400


def test_approved_coupon_is_issued_and_seen_in_every_read(sandbox: Sandbox) -> None:
    number = added(sandbox, TWIN, base_type="COUPON", series_id="4103")
    codes = {coupon["code"] for coupon in coupons(sandbox)}
    reply = decide(sandbox, APPROVE, number, base_type="COUPONS")
    assert reply["requests"]["goodwill"]["type"] == "COUPON"
    [new] = [coupon for coupon in coupons(sandbox) if coupon["code"] not in codes]
    assert (new["seriesId"], new["isRedeemed"], new["redemptionsLeft"]) == (4103, False, 1)
    text = sandbox.get("/v1.1/customer/coupons", id=str(TWIN), series_id="4103", lists="always").json()
    assert new["code"] in str(text)
    basic = sandbox.get("/v2/customers/coupons", id=str(TWIN), status="Active_Unredeemed").json()
    assert new["code"] in str(basic)


def test_silent_failure_of_a_coupon_issues_none(sandbox: Sandbox) -> None:
    number, before = added(sandbox, TWIN, base_type="COUPON", series_id="4105"), coupons(sandbox)
    decide(sandbox, APPROVE, number, base_type="COUPON", how="goodwill=approved_not_credited")
    assert stored(sandbox, number)["status"] == "APPROVED"
    assert coupons(sandbox) == before
    sandbox.decide(number, "credit")
    assert len(coupons(sandbox)) == len(before) + 1


def coupons(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(sandbox.get(f"/v2/customers/{TWIN}/coupons").json()["entity"])


def test_ledger_balance_has_every_category_of_every_programme(sandbox: Sandbox) -> None:
    query = {**WHO, "identifierValue": "915550000001"}
    body = sandbox.get("/v2//pointsLedger/getCustomerLedgerBalance", **query).json()
    assert body["customerDetails"] == {"userId": 500000001, "externalId": "MT-0001", "entityType": "CUSTOMER"}
    rows = body["ledgerDetails"]["ledgerClosingBalance"]
    assert len(rows) == body["ledgerDetails"]["totalEntries"] == 9
    assert all(len(row["closingBalance"].partition(".")[2]) == 3 for row in rows)
    regular = sandbox.get(BALANCE, **query, pointCategoryType="REGULAR").json()["ledgerDetails"]
    assert [row["pointsCategory"] for row in regular["ledgerClosingBalance"]] == ["Main"] * 3


def test_ledger_events_add_up_to_the_balance(sandbox: Sandbox) -> None:
    who, total = {**WHO, "identifierValue": "915550000017"}, Decimal(0)
    for year in range(2023, 2027):
        for month in range(1, 13):
            window = {"startDate": f"{year}-{month:02d}-01T00:00:00", "endDate": _end(year, month)}
            entries = sandbox.get(INFO, **who, **window, pointCategoryType="REGULAR").json()["ledgerEntries"]
            total += sum((Decimal(entry["netPointsOnEvent"]) for entry in entries), Decimal(0))
    assert total == balance(sandbox, 500000017)


def _end(year: int, month: int) -> str:
    # The last day of a month of 31 days is more than 30 days away from its first: stop a second before.
    return f"{year}-{month:02d}-{ {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 30):02d}T23:59:59"


@pytest.mark.parametrize(("mode", "offset"), [("page", 1), ("row", 2)])
def test_offset_counts_pages_or_rows_as_the_switch_says(sandbox: Sandbox, mode: str, offset: int) -> None:
    for _ in range(3):
        decide(sandbox, APPROVE, added(sandbox, TWIN, points="1"))
    whole = sandbox.get(INFO, **WHO).json()["ledgerEntries"]
    body = sandbox.get(INFO, **WHO, limit=2, offset=offset, sandbox=f"ledger_offset={mode}").json()
    assert body["ledgerEntries"] == whole[2:4]
    assert (body["ledgerDetails"]["pageNumber"], body["ledgerDetails"]["pageSize"]) == (1, 2)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"startDate": "2026-01-01T00:00:00", "endDate": "2026-02-15T00:00:00"}, 400),
        ({"startDate": "yesterday"}, 400),
        ({"includeTillConceptEvents": "true"}, 400),
        ({"pointCategoryType": "GOLD"}, 400),
        ({"identifierName": "wechat"}, 8013),
        ({"identifierValue": "915559999999"}, 8015),
        ({"source": "WECHAT"}, 8045),
        ({"source": "PLANET"}, 8012),
    ],
)
def test_ledger_refuses_with_its_codes(sandbox: Sandbox, query: dict[str, str], code: int) -> None:
    assert sandbox.get(INFO, **{**WHO, **query}).json()["errors"][0]["code"] == code


def test_ledger_filters_by_side(sandbox: Sandbox) -> None:
    decide(sandbox, APPROVE, added(sandbox, TWIN))
    assert credits(sandbox, MOBILE, ledgerEntryType="CREDIT")
    assert sandbox.get(INFO, **WHO, ledgerEntryType="DEBIT").json()["ledgerEntries"] == []
    assert sandbox.get(INFO, **WHO, tillId="70060").json()["ledgerDetails"]["totalEntries"] < len(
        credits(sandbox, MOBILE)
    )


def test_series_are_listed_one_as_an_object(sandbox: Sandbox) -> None:
    path = "/v1.1/coupon/series"
    item = sandbox.get(path, id="4103").json()["response"]["series"]["items"]["item"]
    assert (item["id"], item["any_user"], item["max_create"]) == ("4103", "0", "-1")
    assert item["item_status"]["code"] == "700"
    assert "sms_template" not in item
    every = sandbox.get(path).json()["response"]["series"]["items"]["item"]
    assert {"4101", "4103", "4105", "4106", "4107"} <= {row["id"] for row in every}
    expired = sandbox.get(path, expired="true").json()["response"]["series"]["items"]["item"]
    assert expired["id"] == "4107"
    mixed = sandbox.get(path, id="4103,9").json()["response"]
    assert mixed["status"]["code"] == "201"
    assert mixed["series"]["items"]["item"][1]["item_status"]["code"] == "707"

"""What proves a credit: the ledger, its balances, promotional points; and the series a coupon comes from."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.capillary.envelopes import ApiSaidNo
from apps.capillary.readers import ShapeError
from apps.capillary.resources import coupons, customers, ledger
from apps.capillary.types_common import Place
from tests.capillary.request_shapes import DROP, MOBILE, changed
from tests.capillary.shapes import read

WHO = {"identifier_name": "mobile", "identifier_value": MOBILE}
DETAILS = {"userId": 341594, "externalId": "CRM-0042319", "entityType": "CUSTOMER"}
CREDIT = {
    "ledgerEntryType": "CREDIT",
    "points": "300.00",
    "pointsCategory": "Main",
    "programName": "Maple Rewards",
    "programId": 101,
}
EVENT = {
    "eventLogId": 900801,
    "eventName": "GoodwillPoints",
    "ledgerCreatedDate": "2026-11-20 18:30:59.0",
    "entryDetails": [CREDIT],
    "netPointsOnEvent": "300.000",
    "store": "Bandra",
    "storeCode": "bandra",
    "tillCode": "till.bandra.01",
}
LEDGER = {
    "customerDetails": DETAILS,
    "ledgerDetails": {"pageNumber": 0, "pageSize": 10, "totalEntries": 1, "pageCount": 1},
    "ledgerEntries": [EVENT],
    "warnings": [],
}


def entry(**values):
    page = read(ledger.information(**WHO), {**LEDGER, "ledgerEntries": [{**EVENT, **values}]})
    return page.entries[0]


def test_a_credit_in_the_ledger():
    page = read(ledger.information(**WHO), LEDGER)
    assert (page.customer_id, page.page, page.page_size, page.pages, page.count) == ("341594", 0, 10, 1, 1)
    (found,) = page.entries
    assert (found.id, found.event, found.points, found.credited) == (
        "900801",
        "GoodwillPoints",
        Decimal(300),
        Decimal(300),
    )
    assert found.at.astimezone(UTC) == datetime(2026, 11, 20, 13, 0, 59, tzinfo=UTC)
    assert (found.program_id, found.parts[0].program_name, found.till_code) == (
        "101",
        "Maple Rewards",
        "till.bandra.01",
    )
    assert found.store == Place(code="bandra", name="Bandra")


def test_debits_are_negative_and_the_net_is_as_told():
    debit = {**CREDIT, "ledgerEntryType": "DEBIT", "points": "10"}
    assert entry(entryDetails=[debit], netPointsOnEvent="-10.000").points == Decimal(-10)
    assert entry(entryDetails=debit, netPointsOnEvent=None).points == Decimal(-10)
    assert entry(entryDetails=[{**debit, "points": "-10"}]).parts[0].points == Decimal(-10)
    mixed = entry(entryDetails=[CREDIT, debit, {**CREDIT, "points": "137"}], netPointsOnEvent="427.000")
    assert (mixed.points, mixed.credited) == (Decimal(427), Decimal(437))


def test_parts_of_several_programmes_name_none_for_the_whole():
    found = entry(entryDetails=[CREDIT, {**CREDIT, "programId": "102"}])
    assert (found.program_id, [part.program_id for part in found.parts]) == ("", ["101", "102"])


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_event_without_parts_and_a_ledger_without_events(empty):
    found = entry(entryDetails=empty, transactionDetails=empty)
    assert (found.parts, found.points, found.transaction_id) == ((), Decimal(300), "")
    assert entry(entryDetails=empty, netPointsOnEvent=empty).points is None
    assert read(ledger.information(**WHO), {**LEDGER, "ledgerEntries": empty}).entries == ()


def test_a_bill_in_the_ledger():
    found = entry(transactionDetails={"transactionId": 2147, "transactionNumber": "B70000026"})
    assert (found.transaction_id, found.transaction_number) == ("2147", "B70000026")


def test_an_answer_without_details_is_not_understood():
    for call in (ledger.information(**WHO), ledger.balance(**WHO)):
        with pytest.raises(ShapeError):
            read(call, {"customerDetails": DETAILS, "warnings": []})
        with pytest.raises(ApiSaidNo):
            read(call, {"errors": [{"code": 8015, "message": "nobody"}]})


def test_closing_balances_by_programme_and_category():
    rows = [
        {"pointsCategory": "Main", "programName": "A", "programId": 101, "closingBalance": "12703.000"},
        {"pointsCategory": "Main", "programName": "B", "programId": 102, "closingBalance": 7},
        {"pointsCategory": "DelayedAccrualPointCategory", "programId": 101, "closingBalance": "0.500"},
        {"pointsCategory": "Main", "programId": 103, "closingBalance": None},
    ]
    shape = {"ledgerDetails": {"ledgerClosingBalance": rows, "pageNumber": 0, "pageCount": 1}}
    found = read(ledger.balance(**WHO), shape)
    assert (found.points(), found.points(program_id="101")) == (Decimal(12710), Decimal(12703))
    assert found.points(category="DelayedAccrualPointCategory") == Decimal("0.5")
    assert (len(found.balances), found.pages) == (3, 1)


def test_what_is_asked_of_the_ledger():
    call = ledger.information(
        **WHO,
        source="WECHAT",
        account_id="wx_maple",
        program_id="101",
        start_date=datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
        end_date=datetime.fromisoformat("2026-11-24T09:30:00"),
        entry_type="CREDIT",
        category="REGULAR",
        offset=2,
        limit=10,
    )
    assert dict(call.params) == {
        "identifierName": "mobile",
        "identifierValue": MOBILE,
        "source": "WECHAT",
        "acountId": "wx_maple",
        "programId": "101",
        "startDate": "2026-11-01T00:00:00",
        "endDate": "2026-11-24T09:30:00",
        "ledgerEntryType": "CREDIT",
        "pointCategoryType": "REGULAR",
        "offset": "2",
        "limit": "10",
    }
    assert MOBILE not in call.path


def test_moments_go_out_in_the_zone_of_the_organisation():
    noon = datetime(2026, 11, 20, 12, 0, 0, 900_000, tzinfo=UTC)
    for zone, written in (("Asia/Kolkata", "17:30:00"), ("Asia/Dubai", "16:00:00"), ("UTC", "12:00:00")):
        for call in (ledger.information, ledger.balance):
            assert call(**WHO, end_date=noon, timezone=zone).params["endDate"] == f"2026-11-20T{written}"


def test_goodwill_among_the_promotional_points():
    row = {
        "points": 250,
        "issuedAt": {"code": "bandra", "name": "Bandra"},
        "issuedOn": "2026-11-20T15:00:03+05:30",
        "expiryDate": "2027-12-31T23:59:59+05:30",
        "promotionSource": {"promotionSourceId": 77, "promotionSourceType": "GOODWILL"},
        "programId": 101,
        "promotionName": "Goodwill",
    }
    shape = {
        "id": 5,
        "profiles": [],
        "promotionalPoints": {"customerPromotionType": row, "lineitemPromotionType": []},
    }
    (found,) = read(customers.get(customer_id=5, embed=("promotionalPoints",)), shape).promotional_points
    assert (found.points, found.source_type, found.program_id, found.level) == (
        Decimal(250),
        "GOODWILL",
        "101",
        "customer",
    )
    assert found.issued_at.isoformat() == "2026-11-20T15:00:03+05:30"


SERIES_ITEM = {
    "id": "4103",
    "description": "Rs 300 off",
    "series_type": "CAMPAIGN",
    "discount_code": "SORRY300",
    "valid_till_date": "2099-12-31",
    "valid_days_from_create": "30",
    "max_create": "-1",
    "max_redeem": "1",
    "created": "2021-03-01 10:00:00",
    "series_code": "S4103",
    "max_vouchers_per_user": "-1",
    "discount_on": "BILL",
    "discount_type": "ABS",
    "discount_value": "300",
    "min_bill_amount": "0.00",
    "coupons": {"issued": "12", "redeemed": "3"},
    "item_status": {"success": "true", "code": "700", "message": "fetched"},
}
REFUSED_SERIES = {"id": "9", "item_status": {"success": "false", "code": "707", "message": "no"}}
STATUS = {"success": "true", "code": "200", "message": "SUCCESS"}
SERIES = {"response": {"status": STATUS, "series": {"items": {"item": SERIES_ITEM}}}}


@pytest.mark.parametrize("item", [SERIES_ITEM, [SERIES_ITEM], [SERIES_ITEM, REFUSED_SERIES]])
def test_series_as_object_or_list_and_without_refused_ones(item):
    (found,) = read(coupons.series(), changed(SERIES, series__items__item=item))
    assert (found.id, found.description, found.discount_type, found.discount_value) == (
        "4103",
        "Rs 300 off",
        "ABS",
        Decimal(300),
    )
    assert (found.valid_till, found.valid_days, found.max_create, found.issued, found.redeemed) == (
        date(2099, 12, 31),
        30,
        -1,
        12,
        3,
    )
    assert not found.ended(date(2099, 12, 31))
    assert found.ended(date(2100, 1, 1))


@pytest.mark.parametrize("empty", [None, "", [], {}, {"items": ""}, {"items": {"item": []}}])
def test_no_series_at_all(empty):
    assert read(coupons.series(), changed(SERIES, series=empty)) == ()
    with pytest.raises(ShapeError):
        read(coupons.series(), changed(SERIES, series=DROP))


@pytest.mark.parametrize("status", [STATUS, {"success": "false", "code": "500", "message": "all failed"}])
def test_a_series_nobody_knows(status):
    with pytest.raises(ApiSaidNo) as caught:
        read(
            coupons.series(series_ids=("9",)),
            changed(SERIES, status=status, series__items__item=REFUSED_SERIES),
        )
    assert (caught.value.code, caught.value.entity) == ("707", "")


def test_what_is_asked_of_the_series():
    assert dict(coupons.series(series_ids=("4103", "4105"), expired="false").params) == {
        "id": "4103,4105",
        "expired": "false",
    }
    assert dict(coupons.series().params) == {}

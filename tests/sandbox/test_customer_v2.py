"""v2 customer details: the shape of the reference, embeds, sources, merging, and ids that lead nowhere."""

import pytest

from tests.support.sandbox import Sandbox

PROFILE = {
    "firstName",
    "lastName",
    "attribution",
    "fields",
    "identifiers",
    "commChannels",
    "source",
    "userId",
    "accountId",
    "conflictingProfileList",
    "autoUpdateTime",
    "identifiersAll",
}
PROGRAMME = {
    "redeemed",
    "expired",
    "returned",
    "adjusted",
    "lifetimePoints",
    "loyaltyPoints",
    "cumulativePurchases",
    "loyaltyId",
    "currentSlab",
    "nextSlab",
    "nextSlabSerialNumber",
    "nextSlabDescription",
    "slabSNo",
    "slabExpiryDate",
}
EMBEDS = "points,subscriptions,mlp,promotionalPoints,expirySchedules,expiredPoints"


def test_details_have_the_documented_shape(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000001", source="ALL").json()
    assert set(body) == {
        "id", "profiles", "loyaltyInfo", "segments", "extendedFields", "cardDetails", "warnings"
    }  # fmt: skip
    assert all(set(profile) == PROFILE for profile in body["profiles"])
    by_source = {profile["source"]: profile for profile in body["profiles"]}
    assert set(by_source) == {"INSTORE", "WECHAT", "FACEBOOK", "LINE", "MARTJACK"}
    assert by_source["WECHAT"]["accountId"] == "wx_maple"
    assert by_source["WECHAT"]["autoUpdateTime"].endswith("+08:00")
    assert by_source["INSTORE"]["accountId"] == ""
    card = next(row for row in by_source["INSTORE"]["identifiers"] if row["type"] == "cardNumber")
    assert card == {"type": "cardNumber", "value": "7055000000000001", "seriesId": 1, "statusLabel": "ACTIVE"}
    assert body["cardDetails"][0]["cardNumber"] == card["value"]


def test_one_source_shows_one_profile(sandbox: Sandbox) -> None:
    for query, expected in (
        ({}, ["INSTORE"]),
        ({"source": "WECHAT", "accountId": "wx_maple"}, ["WECHAT"]),
    ):
        body = sandbox.get("/v2/customers/500000001", **query).json()
        assert [profile["source"] for profile in body["profiles"]] == expected


def test_embeds_add_their_blocks(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000001", source="ALL", embed=EMBEDS).json()
    assert set(body["pointsSummary"]) == PROGRAMME
    assert [row["programId"] for row in body["loyaltyProgramDetails"]] == [101, 102, 103]
    assert all(set(row) == PROGRAMME | {"programId"} for row in body["loyaltyProgramDetails"])
    assert set(body["promotionalPoints"]["customerPromotionType"][0]) == {
        "points", "issuedAt", "issuedOn", "expiryDate", "promotionSource", "programId", "promotionName"
    }  # fmt: skip
    assert set(body["expirySchedules"][0]) == {
        "points",
        "expiryDate",
        "programId",
        "pointsType",
        "expiryType",
    }
    days = [row["expiryDate"] for row in body["expirySchedules"]]
    assert days == sorted(days)
    assert {row["channel"] for row in body["subscriptionInfo"]["subscriptions"]} == {"SMS", "EMAIL"}


def test_expired_customer_has_nothing_left_and_says_when_it_ended(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000014", source="ALL", embed=EMBEDS).json()
    assert body["pointsSummary"]["loyaltyPoints"] == 0
    assert body["pointsSummary"]["expired"] > 0
    assert body["expirySchedules"] == []
    assert set(body["expiredPoints"][0]) == {"points", "expiredOn", "programId", "expiredPointsSummary"}


def test_fraud_is_told(sandbox: Sandbox) -> None:
    assert sandbox.get("/v2/customers/500000005").json()["fraudDetails"]["status"] == "CONFIRMED"
    assert "fraudDetails" not in sandbox.get("/v2/customers/500000001").json()


@pytest.mark.parametrize("tail", ["", "/loyaltyDetails", "/goodwillRequest", "/coupons", "/referrals"])
def test_merged_customer_names_its_survivor(sandbox: Sandbox, tail: str) -> None:
    body = sandbox.get(f"/v2/customers/500000003{tail}").json()
    assert body["errors"][0]["code"] == 8069
    assert "500000004" in body["errors"][0]["message"]
    survivor = sandbox.get(f"/v2/customers/500000003{tail}", sandbox="merged=survivor").json()
    assert survivor["warnings"][0]["code"] == 91009


def test_survivor_itself_comes_back_when_told_so(sandbox: Sandbox) -> None:
    assert sandbox.get("/v2/customers/500000003", sandbox="merged=survivor").json()["id"] == 500000004


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/v2/customers/1", {}, 8015),
        ("/v2/customers/99999999999999999999999999", {}, 8015),
        ("/v2/customers/500000008", {"source": "INSTORE"}, 8065),
        ("/v2/customers/500000001", {"source": "WECHAT"}, 8045),
        ("/v2/customers/500000001", {"source": "WECHAT", "accountId": "wx_thread"}, 8065),
        ("/v2/customers/500000001", {"source": "MOON"}, 8012),
        ("/v2/customers/500000013/loyaltyDetails", {}, 8089),
        ("/v2/customers/not-a-number", {}, 404),
    ],
)
def test_refusals(sandbox: Sandbox, path: str, query: dict[str, str], code: int) -> None:
    body = sandbox.get(path, **query).json()
    assert body["errors"][0]["code"] == code
    assert body["errors"][0]["status"] is False


def test_details_by_identifier(sandbox: Sandbox) -> None:
    query = {"source": "ALL", "identifierName": "email", "identifierValue": "neha.banerjee@example.com"}
    assert sandbox.get("/v2/customers/lookup/customerDetails", **query).json()["id"] == 500000018
    assert sandbox.get("/v2/customers/lookup/loyaltyDetails", **query).json()["data"][0]["programId"] == 101


def test_loyalty_details_rows_and_their_filter(sandbox: Sandbox) -> None:
    rows = sandbox.get("/v2/customers/500000001/loyaltyDetails").json()["data"]
    assert [row["programId"] for row in rows] == [101, 102, 103]
    assert set(rows[0]) == PROGRAMME | {
        "programId", "delayedPoints", "delayedReturnedPoints", "totalAvailablePoints", "totalReturnedPoints",
        "linkedPartnerPrograms",
    }  # fmt: skip
    only = sandbox.get("/v2/customers/500000001/loyaltyDetails", programId=102).json()["data"]
    assert [row["programId"] for row in only] == [102]
    assert (
        sandbox.get("/v2/customers/500000001/loyaltyDetails", programId="x").json()["errors"][0]["code"]
        == 400
    )


def test_status_log_tells_the_steps_and_only_the_newest_is_active(sandbox: Sandbox) -> None:
    rows = sandbox.get("/v2/customers/500000007/statusLog").json()["data"]
    assert [row["status"] for row in rows] == ["ACTIVE", "SUSPENDED", "ACTIVE", "DELETED"]
    assert [row["isActive"] for row in rows] == [False, False, False, True]
    assert "prevLabel" not in rows[0]
    assert rows[3]["prevLabel"] == "Active"
    assert rows[3]["createdOn"].startswith(rows[3]["autoUpdateTime"])


def test_goodwill_requests_and_their_filters(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000018/goodwillRequest").json()
    assert body["pagination"] == {"limit": 100, "offset": 0, "total": 4}
    by_status = {row["goodwillStatus"]: row for row in body["data"]}
    assert set(by_status) == {"PENDING", "APPROVED", "REJECTED"}
    assert by_status["APPROVED"]["approvedValue"].isdigit()
    assert "approvedValue" not in by_status["PENDING"]
    assert "addedBy" not in by_status["PENDING"]
    assert by_status["PENDING"]["enteredBy"]["type"] == "ADMIN_USER"
    one = body["data"][2]["requestId"]
    only = sandbox.get("/v2/customers/500000018/goodwillRequest", requestId=one).json()["data"]
    assert [row["id"] for row in only] == [one]
    page = sandbox.get("/v2/customers/500000018/goodwillRequest", limit=1, offset=1).json()["data"]
    assert page == body["data"][1:2]


def test_approved_goodwill_is_in_the_ledger(sandbox: Sandbox) -> None:
    rows = sandbox.get("/v2/customers/500000018/goodwillRequest").json()["data"]
    granted = [float(row["approvedValue"]) for row in rows if row["goodwillStatus"] == "APPROVED"]
    body = sandbox.get("/v2/customers/500000018", embed="promotionalPoints").json()
    assert [row["points"] for row in body["promotionalPoints"]["customerPromotionType"]] == granted


def test_detailed_coupons_carry_their_series(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000016/coupons").json()
    assert body["success"] is True
    coupon = body["entity"][0]
    assert coupon["series"]["id"] == coupon["seriesId"]
    assert coupon["discountType"] is False
    assert coupon["couponDiscountType"] in ("PERC", "ABS")
    assert coupon["series"]["dvsItems"] == "false"
    assert coupon["status"]["statusCode"] == {"status": True, "code": 700, "message": "Coupon processed"}
    assert {row["isRedeemed"] for row in body["entity"]} == {True, False}


def test_basic_coupons_in_a_batch_with_one_unknown(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/coupons", mobile="915550000016,915559999999").json()
    assert body["entity"]["pagination"] == {"limit": "100", "offset": "0", "total": 12}
    assert body["errors"][0]["code"] == 8015
    counts = {
        status: sandbox.get("/v2/customers/coupons", id="500000016", status=status).json()["entity"]
        for status in ("Redeemed", "Unredeemed", "Active", "Expired_Unredeemed", "Expired_Redeemed")
    }
    totals = {status: entity["pagination"]["total"] for status, entity in counts.items()}
    assert totals["Redeemed"] + totals["Unredeemed"] == 12
    assert totals["Active"] + totals["Expired_Unredeemed"] + totals["Expired_Redeemed"] == 12
    assert (
        sandbox.get("/v2/customers/coupons", id="500000016", status="Odd").json()["errors"][0]["code"] == 400
    )


def test_referrals_by_id_and_by_identifier(sandbox: Sandbox) -> None:
    body = sandbox.get("/v2/customers/500000001/referrals").json()
    assert body["pagination"]["total"] == 0
    row = body["data"][0]
    assert len(row["invitees"]) == 3
    assert row["invitees"][0]["invitedOn"].endswith(".0")
    query = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": "915550000001"}
    assert sandbox.get("/v2/customers/lookup/referrals", **query).json() == body

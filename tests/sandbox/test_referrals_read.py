"""Reading referrals in both versions: two lists that need not meet, campaigns, filters, nulls, incentives."""

from typing import Any

import pytest
import xmltodict

from tests.support.referrals import REFERRER, V11, read_v2, read_v11, v2_path
from tests.support.sandbox import Sandbox

NOBODY, CAME, OTHER_NUMBER = 500000002, 500000033, "915550000034"


def invited(customer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """v1.1 invitees by identifier."""
    groups = customer["invitees"]["referral_type"]
    return {row["identifier"]: row for group in groups for row in group["invitee"]}


def test_v2_has_a_row_for_each_campaign_and_says_not_which(sandbox: Sandbox) -> None:
    default, circle = read_v2(sandbox)
    assert (default["referralCode"], circle["referralCode"]) == ("FR0000030", "TCNISHA030")
    assert list(default) == ["customer", "referralCode", "invitees", "referee", "incentives"]
    assert {row["identifier"] for row in circle["invitees"]} >= {"915591000003", "915591000001"}
    assert circle["referee"] == []
    page = sandbox.get(v2_path(), limit=1, offset=1).json()
    assert [row["referralCode"] for row in page["data"]] == ["TCNISHA030"]
    assert page["pagination"] == {"limit": 1, "offset": 1, "total": 0}


def test_v2_invitees_and_referees_have_the_fields_of_the_sample(sandbox: Sandbox) -> None:
    [default, _] = read_v2(sandbox)
    by_identifier = {row["identifier"]: row for row in default["invitees"]}
    email = by_identifier["kavita.joshi@example.com"]
    assert list(email) == ["type", "identifier", "invitedOn", "till"]
    assert email["type"] == "EMAIL"
    assert email["invitedOn"].endswith(" 12:00:00.0")
    assert email["till"] == {"code": "till.012.01", "name": "Store 12 till 1"}
    bought = [row for row in default["referee"] if row["userId"] == 500000032]
    assert [row["eventType"] for row in bought] == ["TRANSACTION", "REGISTRATION"]
    assert bought[0]["mobile"] == "915550000032"
    assert bought[0]["email"] == "harish.shetty@example.com"
    assert "externalId" not in bought[0]


def test_who_came_with_another_number_meets_no_invitee(sandbox: Sandbox) -> None:
    [default, _] = read_v2(sandbox)
    assert OTHER_NUMBER in {row["mobile"] for row in default["referee"]}
    assert OTHER_NUMBER not in {row["identifier"] for row in default["invitees"]}


def test_who_came_unseen_is_nothing_but_nulls(sandbox: Sandbox) -> None:
    [default, _] = read_v2(sandbox)
    unseen = [row for row in default["referee"] if row["mobile"] is None and "email" not in row]
    assert [row["eventType"] for row in unseen] == ["TRANSACTION", "REGISTRATION"]
    assert all(row["userId"] is row["firstName"] is row["lastName"] is None for row in unseen)
    referees = read_v11(sandbox)["referees"]["referee"]
    bare = [row for row in referees if row["mobile"] is None and row["email"] is None]
    assert len(bare) == 2
    assert list(bare[0]) == [
        "event_type", "firstname", "lastname", "mobile", "email", "external_id", "added_on",
    ]  # fmt: skip
    assert all(bare[0][name] is None for name in list(bare[0])[1:-1])
    assert not bare[0]["added_on"].endswith(".0")


def test_switch_makes_all_who_came_the_nulls_of_the_sample(sandbox: Sandbox) -> None:
    customer = read_v11(sandbox, how="referees=nulls")
    assert {row["mobile"] for row in customer["referees"]["referee"]} == {None}
    assert customer["incentives"] == []
    assert {row["userId"] for row in read_v2(sandbox, how="referees=nulls")[0]["referee"]} == {None}


def test_coupon_of_the_referrer_is_an_incentive_and_a_coupon(sandbox: Sandbox) -> None:
    [incentive] = [row for row in read_v2(sandbox)[0]["incentives"] if row["userId"] == CAME]
    assert (incentive["type"], incentive["seriesId"]) == ("COUPON", 4102)
    [same] = [row for row in read_v11(sandbox)["incentives"] if row["code"] == incentive["code"]]
    assert (same["series_id"], same["email"]) == ("4102", "zara.fernandes@example.com")
    coupons = sandbox.get(f"/v2/customers/{REFERRER}/coupons").json()["entity"]
    assert incentive["code"] in str(coupons)
    assert "4104" in str(sandbox.get(f"/v2/customers/{CAME}/coupons").json()["entity"])


def test_v11_shows_one_campaign_by_its_token(sandbox: Sandbox) -> None:
    circle = read_v11(sandbox, campaign_token="THREADCIRCLE")
    assert circle["referral_code"] == "TCNISHA030"
    assert {"915591000003", "915591000001"} <= set(invited(circle))
    assert "kavita.joshi@example.com" not in invited(circle)
    assert read_v11(sandbox)["referral_code"] == read_v11(sandbox, campaign_token="-1")["referral_code"]


@pytest.mark.parametrize(("token", "code"), [("NOSUCH", "1202"), ("OLDFRIENDS", "1203")])
def test_campaign_that_is_none_refuses_the_call(sandbox: Sandbox, token: str, code: str) -> None:
    reply = sandbox.get(V11, id=str(REFERRER), campaign_token=token).json()["response"]
    assert reply["status"]["code"] == code


def test_customers_of_a_list_who_are_not_in_the_campaign_are_told_so(sandbox: Sandbox) -> None:
    query = {"id": f"{REFERRER},500000001", "campaign_token": "THREADCIRCLE"}
    reply = sandbox.get(V11, **query).json()["response"]
    assert reply["status"] == {"success": "true", "code": 201, "message": "Some requests have failed"}
    inside, outside = reply["customer"]
    assert inside["item_status"]["code"] == 1000
    assert (outside["id"], outside["item_status"]["code"]) == ("500000001", "1205")


def test_store_is_the_callers_own_unless_named(sandbox: Sandbox) -> None:
    def seen(**query: str) -> set[str]:
        return set(invited(sandbox.get(V11, id=str(REFERRER), **query).json()["response"]["customer"]))

    sandbox.invite_elsewhere([REFERRER], tills=["till.deira.01"], identifiers=["915587300001"])
    # The token's own till is of another store.
    assert "kavita.joshi@example.com" not in seen()
    assert "kavita.joshi@example.com" in seen(store_code="012")
    assert seen(store_code="deira") == {"915587300001"}
    assert {"kavita.joshi@example.com", "915587300001"} <= seen(store_code="all")
    headers = {"X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.deira.01"}
    mine = sandbox.call("GET", V11, params={"id": REFERRER}, headers=headers).json()["response"]
    assert set(invited(mine["customer"])) == {"915587300001"}
    wrong = sandbox.get(V11, id=str(REFERRER), store_code="moon").json()["response"]["status"]
    assert wrong["code"] == "1150"


def test_period_narrows_either_list_by_its_own_date(sandbox: Sandbox) -> None:
    [growing] = sandbox.invite_elsewhere(
        [NOBODY], identifiers=["915587300011"], stages=["joined"], spread_hours=240
    )
    row = sandbox.invitations(id=growing)[0]
    whole = read_v11(sandbox, NOBODY)
    joined = whole["referees"]["referee"][0]["added_on"]
    assert row["stage"] == "joined"
    late = read_v11(sandbox, NOBODY, start_date=joined)
    assert (invited(late), len(late["referees"]["referee"])) == ({}, 1)
    early = read_v11(sandbox, NOBODY, end_date=joined)
    assert (set(invited(early)), early["referees"]["referee"]) == ({"915587300011"}, [])
    bad = sandbox.get(V11, id=str(NOBODY), start_date="soon").json()["response"]["customer"]
    assert "invitees" not in bad


def test_code_alone_can_be_asked_for(sandbox: Sandbox) -> None:
    customer = read_v11(sandbox, only_referral_code="true")
    assert customer["referral_code"] == "FR0000030"
    assert "invitees" not in customer


@pytest.mark.parametrize("mode", ["always", "never"])
def test_list_mode_reaches_customer_groups_and_people(sandbox: Sandbox, mode: str) -> None:
    kind = {"always": list, "never": dict}[mode]
    [only] = sandbox.invite_elsewhere([500000019], identifiers=["915587300021"], stages=["rewarded"])
    assert only
    query = {"id": "500000019", "store_code": "all"}
    customer = sandbox.get(V11, sandbox=f"lists={mode}", **query).json()["response"]["customer"]
    assert isinstance(customer, kind)
    customer = customer[0] if isinstance(customer, list) else customer
    assert isinstance(customer["invitees"]["referral_type"], kind)
    assert isinstance(customer["incentives"], kind)


def test_xml_marks_what_is_null(sandbox: Sandbox) -> None:
    query = {"id": str(REFERRER), "store_code": "all"}
    tree = xmltodict.parse(sandbox.get(f"{V11}.xml", **query).content)
    referees = tree["root"]["response"]["customer"]["referees"]["referee"]["element"]
    assert {"@null": "true"} in [row["mobile"] for row in referees]
    assert all(list(row) == sorted(row) for row in referees)

"""Inviting and checking a code in v2: an echo, errors beside it, three addresses, a thousand an hour."""

import pytest
import requests

from tests.support.referrals import REFERRER, friend, invite_v2, read_v2, v2_body, v2_path
from tests.support.sandbox import Sandbox

LOOKUP = "/v2/customers/lookup/referrals"
BY_MOBILE = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": "915550000030"}
VALIDATE = "/v2/referral/validate"
MERGED, SURVIVOR = 500000003, 500000004


def test_answer_is_the_body_and_nothing_else(sandbox: Sandbox) -> None:
    body = v2_body(friend("915587200001", invitedOn="2026-09-12 13:15:45"))
    reply = invite_v2(sandbox, body)
    assert reply.json() == body
    [row] = sandbox.invitations(identifier="915587200001")
    assert (row["referrer_id"], row["campaign_token"], row["stage"]) == (REFERRER, "MAPLEFRIENDS", "invited")
    assert row["invited_at"] == "2026-09-12T07:45:45+00:00"


@pytest.mark.parametrize(
    ("path", "query", "customer", "number"),
    [
        ("/v2/customers/referrals", {}, {"mobile": "915550000030"}, "915587200011"),
        ("/v2/customers/referrals", {}, {"externalId": "MT-0030"}, "915587200012"),
        (v2_path(), {}, {"id": None, "mobile": ""}, "915587200013"),
        (v2_path(), {}, {"email": "nisha.chatterjee@example.com"}, "915587200014"),
        (LOOKUP, BY_MOBILE, {"id": REFERRER}, "915587200015"),
    ],
)
def test_every_address_of_the_reference_invites(
    sandbox: Sandbox, path: str, query: dict[str, str], customer: dict[str, object], number: str
) -> None:
    reply = invite_v2(sandbox, v2_body(friend(number), customer=customer), path=path, params=query)
    assert "errors" not in reply.json()
    assert sandbox.invitations(identifier=number)[0]["referrer_id"] == REFERRER


def test_refused_ones_are_missing_from_the_echo_and_named_in_errors(sandbox: Sandbox) -> None:
    people = [friend("915587200021"), friend("12ab"), friend("915550000001"), friend("915591000001")]
    reply = invite_v2(sandbox, v2_body(*people)).json()
    [group] = reply["customerReferrals"][0]["referrals"]
    assert [row["identifier"] for row in group["referral"]] == ["915587200021"]
    assert [error["code"] for error in reply["errors"]] == [1001, 1014, 1204]
    assert [error["message"].partition(":")[0] for error in reply["errors"]] == [
        "12ab", "915550000001", "915591000001",
    ]  # fmt: skip
    assert all(error["status"] is False for error in reply["errors"])


def test_silent_echo_says_nothing_and_only_reading_tells(sandbox: Sandbox) -> None:
    sandbox.switch(v2_invited="echoed")
    body = v2_body(friend("915587200031"), friend("915550000001"))
    assert invite_v2(sandbox, body).json() == body
    known = {row["identifier"] for row in read_v2(sandbox)[0]["invitees"]}
    assert "915587200031" in known
    assert "915550000001" not in known


def test_row_that_is_no_row_is_refused_whatever_its_type(sandbox: Sandbox) -> None:
    reply = invite_v2(sandbox, v2_body(friend("915587200041"), kind="PIGEON")).json()
    assert [error["code"] for error in reply["errors"]] == [1206]
    assert reply["customerReferrals"][0]["referrals"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 403),
        (v2_body(), 403),
        (v2_body(friend("915587200051"), token="NOSUCH"), 1202),
        (v2_body(friend("915587200051"), token="OLDFRIENDS"), 1203),
        (v2_body(friend("915587200051", invitedOn="soon")), 400),
        (v2_body(friend("915587200051"), customer={"id": 500000001}), 400),
        (v2_body(friend("915587200051"), customer={"mobile": "915559999999"}), 8015),
        (v2_body(friend("915587200051"), customer={"mobile": "abc"}), 8013),
        ({"customerReferrals": v2_body(friend("915587200051"))["customerReferrals"] * 2}, 1060),
    ],
)
def test_call_refused_as_a_whole_stores_nothing(sandbox: Sandbox, body: dict[str, object], code: int) -> None:
    reply = invite_v2(sandbox, body)
    assert reply.status_code == 200
    assert [error["code"] for error in reply.json()["errors"]] == [code]
    assert sandbox.invitations(identifier="915587200051") == []


@pytest.mark.parametrize(
    ("customer", "token", "code"),
    [
        (500000001, "THREADCIRCLE", 1205),
        (500000005, "MAPLEFRIENDS", 618),
        (500000006, "MAPLEFRIENDS", 1204),
        (500000013, "MAPLEFRIENDS", 1204),
        (MERGED, "MAPLEFRIENDS", 8069),
        (1, "MAPLEFRIENDS", 8015),
    ],
)
def test_referrer_who_may_not_is_refused(sandbox: Sandbox, customer: int, token: str, code: int) -> None:
    body = v2_body(friend("915587200061"), customer={"email": ""}, token=token)
    reply = invite_v2(sandbox, body, path=v2_path(customer))
    assert [error["code"] for error in reply.json()["errors"]] == [code]
    assert sandbox.invitations(identifier="915587200061") == []


def test_nobody_named_is_refused(sandbox: Sandbox) -> None:
    body = v2_body(friend("915587200071"), customer={"email": ""})
    reply = invite_v2(sandbox, body, path="/v2/customers/referrals").json()
    assert reply["errors"][0]["message"] == "Field customer is mandatory"


def test_survivor_invites_with_a_warning_when_told_so(sandbox: Sandbox) -> None:
    body = v2_body(friend("915587200081"), customer={"id": MERGED})
    reply = invite_v2(sandbox, body, path=v2_path(MERGED), how="merged=survivor").json()
    assert [warning["code"] for warning in reply["warnings"]] == [91009]
    assert sandbox.invitations(identifier="915587200081")[0]["referrer_id"] == SURVIVOR


def test_http_errors_speak_through_the_status(sandbox: Sandbox) -> None:
    body = v2_body(friend("915550000001"))
    assert invite_v2(sandbox, body).status_code == 200
    assert invite_v2(sandbox, body, how="http_errors").status_code == 409
    mixed = v2_body(friend("915550000001"), friend("915587200091"))
    assert invite_v2(sandbox, mixed, how="http_errors").status_code == 200


@pytest.mark.parametrize(("fault", "rows"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_reply_leaves_none_or_one_behind(sandbox: Sandbox, fault: str, rows: int) -> None:
    number = f"91558720010{rows}"
    with pytest.raises(requests.ConnectionError):
        invite_v2(sandbox, v2_body(friend(number)), how=f"fault={fault}")
    assert len(sandbox.invitations(identifier=number)) == rows


@pytest.mark.parametrize("dialect", [("strings", str), ("native", int)])
def test_dialect_reaches_the_codes(sandbox: Sandbox, dialect: tuple[str, type]) -> None:
    reply = invite_v2(sandbox, v2_body(friend("?")), how=f"dialect={dialect[0]}").json()
    assert isinstance(reply["errors"][0]["code"], dialect[1])


@pytest.mark.parametrize(("state", "code"), [("off", 403), ("v11", 403), ("failing", 1222)])
def test_organisation_may_be_without_it(sandbox: Sandbox, state: str, code: int) -> None:
    sandbox.switch(referrals=state)
    for reply in (
        sandbox.get(v2_path()),
        invite_v2(sandbox, v2_body(friend("915587200111"))),
        sandbox.get(VALIDATE, code="FR0000030"),
    ):
        assert [error["code"] for error in reply.json()["errors"]] == [code]
    sandbox.switch(referrals="v2")
    assert sandbox.get(v2_path()).json()["errors"] == []


def test_calls_beyond_the_hour_wait_for_the_time_named(sandbox: Sandbox) -> None:
    sandbox.switch(referrals_an_hour="2")
    for path in (v2_path(), v2_path(500000001)):
        assert sandbox.get(path).status_code == 200
    refused = sandbox.get(LOOKUP, **BY_MOBILE)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, 429)
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    # Inviting is counted for itself, and checking a code is not limited.
    assert invite_v2(sandbox, v2_body(friend("915587200121"))).status_code == 200
    assert sandbox.get(VALIDATE, code="FR0000030").status_code == 200
    assert sandbox.get("/v1.1/customer/referrals", id=str(REFERRER)).status_code == 200
    sandbox.switch(referrals_an_hour="3")
    assert sandbox.get(v2_path()).status_code == 200
    assert sandbox.get(v2_path()).status_code == 429
    sandbox.reset()
    assert sandbox.get(v2_path()).status_code == 200


def test_limited_invitation_is_not_carried_out(sandbox: Sandbox) -> None:
    sandbox.switch(referrals_an_hour="0")
    assert invite_v2(sandbox, v2_body(friend("915587200131"))).status_code == 429
    assert sandbox.invitations(identifier="915587200131") == []


@pytest.mark.parametrize(
    ("code", "referrer"), [("FR0000030", REFERRER), ("TCNISHA030", REFERRER), ("FR0000001", 500000001)]
)
def test_code_leads_to_its_referrer(sandbox: Sandbox, code: str, referrer: int) -> None:
    assert sandbox.get(VALIDATE, code=code).json() == {"valid": True, "referrer": referrer, "warnings": []}


@pytest.mark.parametrize("code", ["NOSUCH", "fr0000030", "FR0000003"])
def test_code_of_nobody_is_not_valid(sandbox: Sandbox, code: str) -> None:
    assert sandbox.get(VALIDATE, code=code).json() == {"valid": False, "referrer": None, "warnings": []}


def test_code_of_a_merged_customer_can_be_the_survivors(sandbox: Sandbox) -> None:
    reply = sandbox.get(VALIDATE, code="FR0000003", sandbox="merged=survivor").json()
    assert (reply["valid"], reply["referrer"]) == (True, SURVIVOR)
    assert reply["warnings"][0]["code"] == 91009


def test_check_without_a_code_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.get(VALIDATE).json()["errors"][0]["code"] == 400

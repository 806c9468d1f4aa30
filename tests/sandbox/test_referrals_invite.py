"""Inviting in v1.1: a status for everybody invited, the codes of refusals, and what is stored."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import xmltodict

from tests.support.referrals import REFERRER, V11, friend, invite_v11, invitees_of, v11_item
from tests.support.sandbox import Sandbox

FRAUD, SUSPENDED, NOT_LOYAL, MERGED, SURVIVOR = 500000005, 500000006, 500000013, 500000003, 500000004


def codes(reply: dict[str, Any]) -> list[str]:
    return [row["status"]["code"] for row in invitees_of(reply)]


def test_answer_has_the_shape_of_the_sample(sandbox: Sandbox) -> None:
    sent = friend("915587100001", id="7", invited_on="2026-09-12 T15:19:21+05:30")
    reply = invite_v11(sandbox, v11_item(sent))
    assert reply["status"] == {"success": "true", "code": "200", "message": "SUCCESS"}
    customer = reply["customers"]["customer"]
    assert list(customer) == [
        "email", "mobile", "external_id", "id", "firstname", "lastname", "referrals", "item_status",
    ]  # fmt: skip
    assert customer["id"] == str(REFERRER)
    assert customer["item_status"]["code"] == "1000"
    [group] = customer["referrals"]["referral_type"]
    assert group["type"] == "MOBILE"
    assert group["referral"] == [
        {
            "id": "7",
            "name": "Mira Sen",
            "identifier": "915587100001",
            # The sample's own slip: the space inside the date that was sent comes back before it.
            "invited_on": " 2026-09-12T15:19:21+05:30",
            "status": {"success": "true", "code": "100", "message": "Invitee added"},
        }
    ]


def test_what_was_sent_is_stored_with_the_till_of_the_attribution(sandbox: Sandbox) -> None:
    headers = {
        "X-CAP-API-ATTRIBUTION-ENTITY-TYPE": "TILL",
        "X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.saket.01",
    }
    sent = friend("915587100011", id="LC-9", invited_on="20260912T15:19:21+05:30")
    invite_v11(sandbox, v11_item(sent, token="THREADCIRCLE"), headers=headers)
    [row] = sandbox.invitations(identifier="915587100011")
    assert (row["referrer_id"], row["campaign_token"], row["type"]) == (REFERRER, "THREADCIRCLE", "MOBILE")
    assert (row["till_code"], row["local_id"], row["stage"]) == ("till.saket.01", "LC-9", "invited")
    assert row["invited_at"] == "2026-09-12T09:49:21+00:00"


@pytest.mark.parametrize(
    ("token", "number"), [(None, "915587100020"), ("", "915587100021"), ("-1", "915587100022")]
)
def test_default_campaign_is_meant_without_a_token(sandbox: Sandbox, token: str | None, number: str) -> None:
    assert codes(invite_v11(sandbox, v11_item(friend(number), token=token))) == ["100"]
    assert sandbox.invitations(identifier=number)[0]["campaign_token"] == "MAPLEFRIENDS"


def test_sms_is_another_word_for_mobile(sandbox: Sandbox) -> None:
    reply = invite_v11(sandbox, v11_item(friend("5587100031"), kind="SMS"))
    [group] = reply["customers"]["customer"]["referrals"]["referral_type"]
    assert (group["type"], group["referral"][0]["identifier"]) == ("MOBILE", "915587100031")


def test_invitee_is_told_by_message_with_the_code_of_the_campaign(sandbox: Sandbox) -> None:
    invite_v11(sandbox, v11_item(friend("mira.sen@example.com"), kind="EMAIL", token="THREADCIRCLE"))
    address = f"{sandbox.url}/_control/messages.json?to=mira.sen@example.com"
    [message] = requests.get(address, timeout=5).json()["messages"]
    assert (message["channel"], message["purpose"]) == ("EMAIL", "referral")
    assert "TCNISHA030" in message["body"]


@pytest.mark.parametrize(
    ("kind", "identifier", "code"),
    [
        ("MOBILE", "12ab", "1001"),
        ("MOBILE", "", "1001"),
        ("MOBILE", "mira@example.com", "1001"),
        ("EMAIL", "mira.example.com", "1002"),
        ("EMAIL", "915587100041", "1002"),
        ("PIGEON", "915587100042", "1206"),
        ("", "915587100043", "1206"),
        ("MOBILE", "915550000001", "1014"),
        ("SMS", "5550000001", "1014"),
        ("EMAIL", "Asha.Kulkarni@example.com", "1014"),
        ("MOBILE", "915550000030", "1204"),
        ("EMAIL", "nisha.chatterjee@example.com", "1204"),
        ("MOBILE", "915591000001", "1204"),
        ("EMAIL", "KAVITA.joshi@example.com", "1204"),
    ],
)
def test_refused_invitee_has_the_reason_and_is_not_stored(
    sandbox: Sandbox, kind: str, identifier: str, code: str
) -> None:
    before = len(sandbox.invitations(referrer_id=REFERRER))
    reply = invite_v11(sandbox, v11_item(friend(identifier), kind=kind))
    assert codes(reply) == [code]
    assert reply["customers"]["customer"]["item_status"]["code"] == code
    assert (reply["status"]["success"], reply["status"]["code"]) == ("false", "500")
    assert len(sandbox.invitations(referrer_id=REFERRER)) == before


def test_date_that_is_none_is_refused_alone(sandbox: Sandbox) -> None:
    reply = invite_v11(
        sandbox, v11_item(friend("915587100051", invited_on="soon"), friend("915587100052", invited_on=""))
    )
    assert codes(reply) == ["400", "100"]
    assert invitees_of(reply)[0]["invited_on"] == "soon"


def test_one_refused_keeps_nobody_else_out(sandbox: Sandbox) -> None:
    people = [friend("915587100061"), friend("nobody"), friend("915587100062"), friend("+915587100061")]
    reply = invite_v11(sandbox, v11_item(*people))
    assert codes(reply) == ["100", "1001", "100", "1204"]
    assert reply["customers"]["customer"]["item_status"]["code"] == "1000"
    assert reply["status"]["code"] == "200"


def test_same_person_may_be_invited_into_another_campaign_and_by_somebody_else(sandbox: Sandbox) -> None:
    person = friend("915587100071")
    assert codes(invite_v11(sandbox, v11_item(person))) == ["100"]
    assert codes(invite_v11(sandbox, v11_item(person))) == ["1204"]
    assert codes(invite_v11(sandbox, v11_item(person, token="THREADCIRCLE"))) == ["100"]
    assert codes(invite_v11(sandbox, v11_item(person, customer={"mobile": "915550000001"}))) == ["100"]
    assert len(sandbox.invitations(identifier="915587100071")) == 3


@pytest.mark.parametrize(
    ("customer", "token", "code"),
    [
        ({"mobile": "915559999999"}, None, "1012"),
        ({"id": "1"}, None, "1011"),
        ({"email": "abc"}, None, "1002"),
        ({"mobile": ""}, None, "1015"),
        ({"id": str(REFERRER)}, "NOSUCH", "1202"),
        ({"id": str(REFERRER)}, "OLDFRIENDS", "1203"),
        ({"id": "500000001"}, "THREADCIRCLE", "1205"),
        ({"id": str(FRAUD)}, None, "618"),
        ({"id": str(SUSPENDED)}, None, "1204"),
        ({"id": str(NOT_LOYAL)}, None, "1204"),
        ({"id": str(MERGED)}, None, "8069"),
    ],
)
def test_refused_referrer_has_the_reason_and_invites_nobody(
    sandbox: Sandbox, customer: dict[str, str], token: str | None, code: str
) -> None:
    reply = invite_v11(sandbox, v11_item(friend("915587100081"), customer=customer, token=token))
    item = reply["customers"]["customer"]
    assert item["item_status"]["code"] == code
    assert "referrals" not in item
    assert sandbox.invitations(identifier="915587100081") == []


def test_merged_customer_names_the_survivor_or_becomes_it(sandbox: Sandbox) -> None:
    item = v11_item(friend("915587100091"), customer={"id": str(MERGED)})
    refused = invite_v11(sandbox, item)["customers"]["customer"]["item_status"]
    assert str(SURVIVOR) in refused["message"]
    customer = invite_v11(sandbox, item, how="merged=survivor")["customers"]["customer"]
    assert customer["id"] == str(SURVIVOR)
    assert customer["item_status"]["warnings"] == {"warning": ["91009"]}


def test_several_customers_are_answered_in_order(sandbox: Sandbox) -> None:
    empty = {"id": str(REFERRER), "referrals": {"referral_type": []}}
    reply = invite_v11(
        sandbox, v11_item(friend("915587100101")), v11_item(friend("x"), customer={"id": "1"}), empty
    )
    assert (reply["status"]["success"], reply["status"]["code"]) == ("true", "201")
    assert [row["item_status"]["code"] for row in reply["customers"]["customer"]] == ["1000", "1011", "400"]
    assert invite_v11(sandbox, *[empty] * 51)["status"]["code"] == "1060"
    assert sandbox.call("POST", V11, json={}).json()["response"]["status"]["code"] == "400"


def test_two_who_press_at_the_same_moment_invite_once(sandbox: Sandbox) -> None:
    item = v11_item(friend("915587100111"))
    sandbox.token()
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: invite_v11(sandbox, item), range(4)))
    assert sorted(code for reply in replies for code in codes(reply)) == ["100", "1204", "1204", "1204"]
    assert len(sandbox.invitations(identifier="915587100111")) == 1


def test_xml_goes_in_by_samples_and_comes_out_converted(sandbox: Sandbox) -> None:
    body = (
        f"<root><customer><id>{REFERRER}</id><referrals><referral_type><type>EMAIL</type>"
        "<referral><id>1</id><name>Ada</name><identifier>ada@example.com</identifier></referral>"
        "<referral><id>2</id><name>Bo</name><identifier>bo</identifier></referral>"
        "</referral_type></referrals></customer></root>"
    )
    headers = {"Content-Type": "application/xml"}
    reply = sandbox.call("POST", f"{V11}?format=xml", data=body.encode(), headers=headers)
    customer = xmltodict.parse(reply.content)["root"]["response"]["customers"]["customer"]
    assert list(customer) == sorted(customer)
    group = customer["referrals"]["referral_type"]["element"]
    assert [row["status"]["code"] for row in group["referral"]["element"]] == ["100", "1002"]
    assert len(sandbox.invitations(identifier="ada@example.com")) == 1


@pytest.mark.parametrize(("dialect", "flag", "code"), [("strings", str, str), ("native", bool, int)])
def test_dialect_reaches_the_status_of_every_invitee(
    sandbox: Sandbox, dialect: str, flag: type, code: type
) -> None:
    reply = invite_v11(sandbox, v11_item(friend("?"), friend("??")), how=f"dialect={dialect}")
    for row in invitees_of(reply):
        assert isinstance(row["status"]["success"], flag)
        assert isinstance(row["status"]["code"], code)


@pytest.mark.parametrize(("mode", "kind"), [("always", list), ("never", dict)])
def test_list_mode_reaches_groups_and_invitees(sandbox: Sandbox, mode: str, kind: type) -> None:
    customer = invite_v11(sandbox, v11_item(friend("?")), how=f"lists={mode}")["customers"]["customer"]
    assert isinstance(customer, kind)
    customer = customer[0] if isinstance(customer, list) else customer
    groups = customer["referrals"]["referral_type"]
    group = groups[0] if isinstance(groups, list) else groups
    assert (type(groups), type(group["referral"])) == (kind, kind)


@pytest.mark.parametrize(
    ("state", "code"), [("off", "406"), ("v2", "406"), ("failing", "1222"), ("v11", "200")]
)
def test_organisation_may_be_without_it(sandbox: Sandbox, state: str, code: str) -> None:
    sandbox.switch(referrals=state)
    reply = invite_v11(sandbox, v11_item(friend("915587100121")))
    assert reply["status"]["code"] == code
    read = sandbox.get(V11, id=str(REFERRER)).json()["response"]["status"]
    assert str(read["code"]) == code


def test_http_errors_speak_through_the_status(sandbox: Sandbox) -> None:
    body = {"root": {"customer": [v11_item(friend("915550000001"))]}}
    assert sandbox.call("POST", V11, json=body).status_code == 200
    assert sandbox.call("POST", V11, json=body, sandbox="http_errors").status_code == 409
    assert sandbox.get(V11, id="1", sandbox="http_errors; referrals=off").status_code == 406


@pytest.mark.parametrize(("fault", "rows"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_reply_leaves_none_or_one_behind(sandbox: Sandbox, fault: str, rows: int) -> None:
    number = f"91558710013{rows}"
    with pytest.raises(requests.ConnectionError):
        invite_v11(sandbox, v11_item(friend(number)), how=f"fault={fault}")
    assert len(sandbox.invitations(identifier=number)) == rows

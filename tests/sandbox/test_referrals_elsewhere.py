"""Invitations made at tills elsewhere, and time passing for the invited."""

import re
import time
from collections import Counter
from typing import Any

import pytest
import requests

from tests.support.goodwill import balance
from tests.support.referrals import friend, invite_v11, invitees_of, read_v2, read_v11, v11_item
from tests.support.sandbox import Sandbox

INVITER, SECOND = 500000022, 500000023


def passed(sandbox: Sandbox, referrer: int) -> int:
    address = f"{sandbox.url}/_control/referrals/pass"
    return int(requests.post(address, json={"referrer_id": referrer}, timeout=10).json()["moved"])


def stored(sandbox: Sandbox, number: int) -> dict[str, Any]:
    [row] = sandbox.invitations(id=number)
    return row


def test_invitee_comes_step_by_step(sandbox: Sandbox) -> None:
    [number] = sandbox.invite_elsewhere([INVITER], identifiers=["915587400001"], names=["Ada Roy"])
    assert stored(sandbox, number)["stage"] == "invited"
    joined = sandbox.grow_invitee(number, "register").json()
    assert (joined["stage"], joined["bought_at"]) == ("joined", None)
    person = joined["referee_id"]
    profile = sandbox.get(f"/v2/customers/{person}").json()["profiles"][0]
    assert (profile["firstName"], profile["lastName"]) == ("Ada", "Roy")
    assert [event["eventType"] for event in events(sandbox, person)] == ["REGISTRATION"]
    assert sandbox.grow_invitee(number, "buy").json()["stage"] == "bought"
    assert balance(sandbox, person) == 60
    assert [event["eventType"] for event in events(sandbox, person)] == ["TRANSACTION", "REGISTRATION"]
    assert sandbox.grow_invitee(number, "reward").json()["stage"] == "rewarded"
    assert [row["userId"] for row in read_v2(sandbox, INVITER)[0]["incentives"]] == [person]
    again = sandbox.grow_invitee(number, "buy")
    assert (again.status_code, again.json()["code"]) == (409, 9002)


def events(sandbox: Sandbox, person: int) -> list[dict[str, Any]]:
    return [row for row in read_v2(sandbox, INVITER)[0]["referee"] if row["userId"] == person]


def test_later_step_takes_the_earlier_ones_along(sandbox: Sandbox) -> None:
    [number] = sandbox.invite_elsewhere([INVITER], identifiers=["new.friend@example.com"], spread_hours=720)
    row = sandbox.grow_invitee(number, "reward", days_ago=5).json()
    assert row["joined_at"] == row["bought_at"] == row["rewarded_at"]
    assert row["invited_at"] < row["joined_at"]
    bills = sandbox.get("/v1.1/customer/transactions", id=row["referee_id"]).json()["response"]["customer"]
    assert len(bills["transactions"]["transaction"]) == 1


def test_who_registered_is_a_customer_and_cannot_be_invited_any_more(sandbox: Sandbox) -> None:
    [number] = sandbox.invite_elsewhere([INVITER], identifiers=["915587400021"])
    sandbox.grow_invitee(number, "register")
    reply = invite_v11(sandbox, v11_item(friend("915587400021"), customer={"id": str(SECOND)}))
    assert invitees_of(reply)[0]["status"]["code"] == "1014"


def test_person_may_come_with_another_number_or_unseen(sandbox: Sandbox) -> None:
    first, second, third = sandbox.invite_elsewhere([INVITER], 3, spread_hours=3)
    row = sandbox.grow_invitee(first, "register", mobile="915587400031").json()
    told = events(sandbox, row["referee_id"])[0]
    assert told["mobile"] == "915587400031" != row["identifier"]
    sandbox.grow_invitee(second, "register", hidden=True)
    assert None in {row["userId"] for row in read_v2(sandbox, INVITER)[0]["referee"]}
    for values, code in (
        ({"mobile": "abc"}, 1001),
        ({"email": "abc"}, 1002),
        ({"mobile": "915550000001"}, 1014),
    ):
        refused = sandbox.grow_invitee(third, "register", **values)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert stored(sandbox, third)["stage"] == "invited"
    assert sandbox.grow_invitee(10**9, "buy").json()["code"] == 404
    assert sandbox.grow_invitee(third, "buy", days_ago="many").status_code == 422


def test_somebody_who_has_an_account_already_comes_with_that_one(sandbox: Sandbox) -> None:
    [number] = sandbox.invite_elsewhere([INVITER], identifiers=["915550000011"])
    assert sandbox.grow_invitee(number, "register").json()["referee_id"] == 500000011


def test_same_person_is_invited_by_several_and_comes_once(sandbox: Sandbox) -> None:
    people = [INVITER, SECOND, 500000021]
    ids = sandbox.invite_elsewhere(people, 3, identifiers=["915587400041"], tills=["till.saket.01"])
    rows = sandbox.invitations(identifier="915587400041")
    assert sorted(row["referrer_id"] for row in rows) == sorted(people)
    assert {row["till_code"] for row in rows} == {"till.saket.01"}
    sandbox.grow_invitee(ids[1], "register")
    refused = sandbox.grow_invitee(ids[0], "register")
    assert (refused.status_code, refused.json()["code"]) == (409, 1014)
    assert passed(sandbox, INVITER) >= 0
    assert Counter(stored(sandbox, number)["stage"] for number in ids) == {"invited": 2, "joined": 1}


def test_many_from_one_till_within_a_short_time(sandbox: Sandbox) -> None:
    ids = sandbox.invite_elsewhere(
        [INVITER, SECOND], 40, tills=["till.parkstreet.01"], spread_hours=1, campaign="MAPLEFRIENDS"
    )
    rows = sandbox.invitations(till_code="till.parkstreet.01", limit=40)
    assert [row["id"] for row in rows] == ids[::-1]
    moments = [row["invited_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert len({row["identifier"] for row in rows}) == 40
    assert Counter(row["type"] for row in rows) == {"MOBILE": 27, "EMAIL": 13}


def test_time_passes_for_those_of_one_customer(sandbox: Sandbox) -> None:
    ids = sandbox.invite_elsewhere([500000012], 4, stages=["invited", "joined", "bought", "rewarded"])
    before = [stored(sandbox, number)["stage"] for number in ids]
    assert before == ["invited", "joined", "bought", "rewarded"]
    assert passed(sandbox, 500000012) == 3
    after = [stored(sandbox, number)["stage"] for number in ids]
    assert after == ["joined", "bought", "rewarded", "rewarded"]
    assert [passed(sandbox, 500000012) for _ in range(3)] == [2, 1, 0]


def test_five_thousand_invitees_are_made_and_read_quickly(sandbox: Sandbox) -> None:
    started = time.monotonic()
    stages = [*["invited"] * 18, "joined", "rewarded"]
    ids = sandbox.invite_elsewhere([500000014], 5000, stages=stages, spread_hours=9000)
    assert len(ids) == 5000
    assert time.monotonic() - started < 30
    started = time.monotonic()
    [row] = read_v2(sandbox, 500000014)
    assert (len(row["invitees"]), len(row["referee"]), len(row["incentives"])) == (5000, 750, 250)
    groups = read_v11(sandbox, 500000014)["invitees"]["referral_type"]
    assert sum(len(group["invitee"]) for group in groups) == 5000
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "order",
    [
        {"customers": []},
        {"customers": [1]},
        {"customers": [500000003]},
        {"customers": ["x"]},
        {"count": 0},
        {"count": 20_001},
        {"count": "many"},
        {"tills": ["till.nowhere.01"]},
        {"campaign": "NOSUCH"},
        {"campaign": "OLDFRIENDS"},
        {"identifiers": ["neither"]},
        {"stages": ["famous"]},
    ],
)
def test_order_that_makes_no_sense_is_refused(sandbox: Sandbox, order: dict[str, object]) -> None:
    before = len(sandbox.invitations(referrer_id=SECOND))
    body = {"customers": [SECOND], "count": 1, **order}
    reply = requests.post(f"{sandbox.url}/_control/referrals.json", json=body, timeout=5)
    assert reply.status_code == 422
    assert reply.json()["error"]
    assert len(sandbox.invitations(referrer_id=SECOND)) == before


def test_question_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    for query in ("referrer_id=x", "limit=x"):
        assert requests.get(f"{sandbox.url}/_control/referrals.json?{query}", timeout=5).status_code == 422
    address = f"{sandbox.url}/_control/referrals/pass"
    assert requests.post(address, json={"referrer_id": "x"}, timeout=5).status_code == 422


def test_page_invites_leads_on_and_lets_time_pass(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/_control/referrals/"
    with requests.Session() as session:
        page = session.get(url, timeout=5).text

        def submit(**form: str) -> requests.Response:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert token
            data = {"csrfmiddlewaretoken": token[1], **form}
            return session.post(url, data=data, headers={"Referer": url}, timeout=10)

        fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
        assert set(fields) == set(re.findall(r'<label for="([^"]+)"', page))
        made = submit(
            act="make", customers="500000015", count="2", tills="till.saket.01", stages="invited", campaign=""
        )
        assert made.status_code == 200
        second, first = [row["id"] for row in sandbox.invitations(referrer_id=500000015)]
        assert f'value="register-{first}"' in made.text
        assert f'value="buy-{first}"' in submit(act=f"register-{first}").text
        submit(act="pass", referrer_id="500000015")
        again = submit(act=f"register-{second}")
        assert (again.status_code, 'role="alert"' in again.text) == (422, True)
        for form in ({"act": "make", "customers": "1"}, {"act": "explode-1"}):
            assert submit(**form).status_code == 422
    assert (stored(sandbox, first)["stage"], stored(sandbox, second)["stage"]) == ("bought", "joined")

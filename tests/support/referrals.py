"""Referral calls of the look-alike in few words, for the tests of its referral family."""

import sqlite3
from contextlib import closing
from typing import Any

from requests import Response

from tests.support.sandbox import Sandbox

V11 = "/v1.1/customer/referrals"
REFERRER = 500000030


def v2_path(customer: int | str = REFERRER) -> str:
    """The address by id, or with a word like lookup in its place."""
    return f"/v2/customers/{customer}/referrals"


def friend(identifier: str, **values: Any) -> dict[str, Any]:
    """One invitee of either version."""
    return {"name": "Mira Sen", "identifier": identifier, **values}


def v11_item(
    *friends: dict[str, Any], kind: str = "MOBILE", customer: Any = None, token: str | None = None
) -> dict[str, Any]:
    """One customer of the v1.1 body; referral_type is an object, as in the sample."""
    campaign = {} if token is None else {"campaign_token": token}
    named = customer or {"id": str(REFERRER)}
    return {**named, "referrals": {**campaign, "referral_type": {"type": kind, "referral": list(friends)}}}


def invite_v11(sandbox: Sandbox, *items: dict[str, Any], how: str = "", **more: Any) -> dict[str, Any]:
    """POST v1.1, its "response"; how is the X-Sandbox header."""
    body = {"root": {"customer": list(items)}}
    return dict(sandbox.call("POST", V11, json=body, sandbox=how, **more).json()["response"])


def invitees_of(reply: dict[str, Any]) -> list[dict[str, Any]]:
    """All invitees of the one customer of a v1.1 reply, with their statuses."""
    groups = reply["customers"]["customer"]["referrals"]["referral_type"]
    return [row for group in groups for row in group["referral"]]


def v2_body(
    *friends: dict[str, Any], kind: str = "MOBILE", customer: Any = None, token: str = "MAPLEFRIENDS"
) -> dict[str, Any]:
    """The v2 body."""
    entry = {
        "customer": customer or {"id": REFERRER, "mobile": "", "email": "", "externalId": ""},
        "campaignToken": token,
        "referrals": [{"type": kind, "referral": list(friends)}],
    }
    return {"customerReferrals": [entry]}


def invite_v2(
    sandbox: Sandbox, body: dict[str, Any], *, path: str = v2_path(), how: str = "", **more: Any
) -> Response:
    """POST v2."""
    return sandbox.call("POST", path, json=body, sandbox=how, **more)


def read_v2(sandbox: Sandbox, customer: int = REFERRER, *, how: str = "") -> list[dict[str, Any]]:
    """The rows of a v2 read, one for each campaign."""
    return list(sandbox.get(v2_path(customer), sandbox=how).json()["data"])


def read_v11(sandbox: Sandbox, customer: int = REFERRER, *, how: str = "", **query: str) -> dict[str, Any]:
    """The customer of a v1.1 read over all stores."""
    asked = {"id": str(customer), "store_code": "all", **query}
    return dict(sandbox.get(V11, sandbox=how, **asked).json()["response"]["customer"])


def strangers(sandbox: Sandbox, count: int) -> list[int]:
    """Customers who are no characters and invited nobody yet; none of those who registered during the test."""
    named = {int(one["id"]) for one in sandbox.characters.values()}
    words = """
        SELECT id FROM sandbox_customer WHERE merged_into_id IS NULL AND status = 'ACTIVE' AND id < 600000000
        AND id NOT IN (SELECT referrer_id FROM sandbox_referral) ORDER BY id DESC
    """
    with closing(sqlite3.connect(f"file:{sandbox.database}?mode=ro", uri=True)) as rows:
        return [row[0] for row in rows.execute(words) if row[0] not in named][:count]


def registers(sandbox: Sandbox, mobile: str, invited_by: int = 500000034) -> None:
    """Somebody becomes a customer elsewhere, by an invitation of somebody else."""
    [invited] = sandbox.invite_elsewhere([invited_by], 1, identifiers=[mobile])
    reply = sandbox.grow_invitee(invited, "register")
    assert reply.ok, reply.text

"""Tokens with an end, tills with md5 passwords, attribution, request ids, gzip."""

import base64
import hashlib

import pytest
import requests

from tests.support.sandbox import Sandbox

LOOKUP = "/v2/customers/lookup?source=INSTORE&identifierName=mobile&identifierValue=915550000001"
V11 = "/v1.1/customer/get?mobile=915550000001"


def basic(till: str, password: str) -> dict[str, str]:
    digest = hashlib.md5(password.encode()).hexdigest()
    return {"Authorization": "Basic " + base64.b64encode(f"{till}:{digest}".encode()).decode()}


def test_token_opens_the_door(sandbox: Sandbox) -> None:
    pair = {"key": "demo-key", "secret": "demo-secret"}
    reply = requests.post(f"{sandbox.url}/v3/oauth/token/generate", json=pair, timeout=5)
    assert reply.json()["errors"] is None
    assert reply.json()["data"]["ttlSeconds"] == 300
    headers = {"X-CAP-API-OAUTH-TOKEN": reply.json()["data"]["accessToken"]}
    assert requests.get(sandbox.url + LOOKUP, headers=headers, timeout=5).json()["entity"] == 500000001


@pytest.mark.parametrize(
    ("body", "status"),
    [({"key": "demo-key", "secret": "wrong"}, 401), ({"key": "demo-key"}, 400), ([], 400)],
)
def test_wrong_pair_gets_no_token(sandbox: Sandbox, body: object, status: int) -> None:
    reply = requests.post(f"{sandbox.url}/v3/oauth/token/generate", json=body, timeout=5)
    assert reply.status_code == status
    assert reply.json()["data"] is None


@pytest.mark.parametrize("path", [LOOKUP, V11, "/v2/nothing/here"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CAP-API-OAUTH-TOKEN": "made-up"},
        basic("till.bandra.01", "wrong"),
        {"Authorization": "Basic ???"},
    ],
)
def test_stranger_is_refused(sandbox: Sandbox, path: str, headers: dict[str, str]) -> None:
    reply = requests.get(sandbox.url + path, headers=headers, timeout=5)
    assert reply.status_code == 401
    body = reply.json()
    code = body["response"]["status"]["code"] if path == V11 else body["errors"][0]["code"]
    assert str(code) == "401"


def test_expired_token_is_refused_and_a_new_one_holds(sandbox: Sandbox) -> None:
    old = sandbox.token()
    sandbox.expire_tokens()
    assert (
        requests.get(sandbox.url + LOOKUP, headers={"X-CAP-API-OAUTH-TOKEN": old}, timeout=5).status_code
        == 401
    )
    sandbox._token = ""
    assert sandbox.get(LOOKUP).status_code == 200


def test_till_signs_in_with_md5_of_its_password(sandbox: Sandbox) -> None:
    reply = requests.get(sandbox.url + LOOKUP, headers=basic("till.bandra.01", "demo-till"), timeout=5)
    assert reply.json()["entity"] == 500000001


@pytest.mark.parametrize(
    ("kind", "code", "wrong"),
    [
        ("TILL", "till.saket.01", 0),
        ("STORE_CODE", "saket", 0),
        ("STORE_EXTERNAL_ID", "EXT-DEL-01", 0),
        ("STORE_CODE", "nowhere", 91021),
        ("PLANET", "earth", 400),
    ],
)
def test_attribution_is_checked(sandbox: Sandbox, kind: str, code: str, wrong: int) -> None:
    headers = {"X-CAP-API-ATTRIBUTION-ENTITY-TYPE": kind, "X-CAP-API-ATTRIBUTION-ENTITY-CODE": code}
    body = sandbox.call("GET", LOOKUP, headers=headers).json()
    assert (body["errors"][0]["code"] if wrong else body["entity"]) == (wrong or 500000001)


def test_every_reply_has_its_own_request_id_and_is_gzipped_on_demand(sandbox: Sandbox) -> None:
    replies = [sandbox.get("/v2/customers/500000001?source=ALL") for _ in range(2)]
    assert len({reply.headers["X-Cap-Requestid"] for reply in replies}) == 2
    assert replies[0].headers["Content-Encoding"] == "gzip"
    plain = sandbox.call("GET", LOOKUP, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers

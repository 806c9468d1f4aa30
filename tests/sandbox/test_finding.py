"""v2 lookup and search: every identifier of every character, and every documented refusal."""

import pytest

from tests.support.sandbox import Sandbox

LOOKUP = "/v2/customers/lookup"


def look_up(sandbox: Sandbox, source: str, account: str, name: str, value: str) -> object:
    body = sandbox.get(
        LOOKUP, source=source, accountId=account, identifierName=name, identifierValue=value
    ).json()
    return body["entity"] if "entity" in body else body["errors"][0]["code"]


def test_every_identifier_of_every_character_leads_to_it(sandbox: Sandbox) -> None:
    for character in sandbox.characters.values():
        for known in character["identifiers"]:
            found = look_up(sandbox, known["source"], known["account_id"], known["name"], known["value"])
            assert found == character["id"], known


@pytest.mark.parametrize(
    ("source", "account", "name", "value", "found"),
    [
        ("INSTORE", "", "mobile", "5550000001", 500000001),
        ("INSTORE", "", "mobile", "+915550000001", 500000001),
        ("INSTORE", "", "email", "ASHA.Kulkarni@Example.com", 500000001),
        ("INSTORE", "", "cardnumber", "7055000000000001", 500000001),
        ("ALL", "", "fbId", "100055500000001", 500000001),
        ("WECHAT", "wx_maple", "wechat", "wxo_shared", 500000009),
        ("WECHAT", "wx_thread", "wechat", "wxo_shared", 500000010),
        ("INSTORE", "", "mobile", "915550000003", 500000004),
        ("INSTORE", "", "externalId", "MT-0003", 500000003),
        ("INSTORE", "", "mobile", "915559999999", 8015),
        ("MARTJACK", "mj_maple", "mobile", "915550000001", 8065),
        ("WECHAT", "wx_thread", "wechat", "wxo_asha", 8065),
        ("WECHAT", "", "wechat", "wxo_asha", 8045),
        ("WECHAT", "elsewhere", "wechat", "wxo_asha", 8011),
        ("INSTORE", "wx_maple", "mobile", "915550000001", 8011),
        ("", "", "mobile", "915550000001", 8012),
        ("CARRIER_PIGEON", "", "mobile", "915550000001", 8012),
        ("INSTORE", "", "mobile", "91 5550 000001", 8013),
        ("INSTORE", "", "mobile", "٩١٥٥٥٠٠٠٠٠٠١", 8013),
        ("INSTORE", "", "email", "not an email", 8013),
        ("INSTORE", "", "shoe_size", "42", 8013),
        ("INSTORE", "", "externalId", "", 8013),
        ("INSTORE", "", "externalId", "x" * 3000, 8013),
        ("INSTORE", "", "externalId", "' OR 1=1 --", 8015),
        ("INSTORE", "", "externalId", "😀", 8015),
    ],
)
def test_lookup(sandbox: Sandbox, source: str, account: str, name: str, value: str, found: int) -> None:
    assert look_up(sandbox, source, account, name, value) == found


def test_refused_lookup_is_http_200_unless_told_otherwise(sandbox: Sandbox) -> None:
    query = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": "915559999999"}
    assert sandbox.get(LOOKUP, **query).status_code == 200
    strict = sandbox.get(LOOKUP, sandbox="http_errors", **query)
    assert (strict.status_code, strict.json()["errors"][0]["code"]) == (404, 8015)


def test_search_finds_by_the_start_of_names_and_identifiers_in_all_sources(sandbox: Sandbox) -> None:
    for text, expected in (("priya sh", set()), ("PRIYA", {500000020, 500000021}), ("حدا", {500000011})):
        rows = sandbox.get("/v2/customers/search", q=text, limit=1000).json()["data"]
        assert expected <= {row["userId"] for row in rows}
    row = sandbox.get("/v2/customers/search", q="wxo_asha").json()["data"][0]
    assert row["userId"] == 500000001
    assert row["matchedIdentifiers"] == [
        {"idType": "wechat", "idValue": "wxo_asha", "source": "WECHAT", "accountId": "wx_maple"}
    ]
    assert {profile["source"] for profile in row["profiles"]} >= {"INSTORE", "WECHAT", "MARTJACK"}


def test_search_comes_in_pages_and_finds_nothing_without_an_error(sandbox: Sandbox) -> None:
    whole = sandbox.get("/v2/customers/search", q="91555", limit=1000).json()
    assert len(whole["data"]) == whole["pagination"]["total"] > 40
    page = sandbox.get("/v2/customers/search", q="91555", limit=7, offset=7).json()
    assert page["data"] == whole["data"][7:14]
    nobody = sandbox.get("/v2/customers/search", q="zzzz").json()
    assert (nobody["data"], nobody["errors"], nobody["pagination"]["total"]) == ([], [], 0)
    assert sandbox.get("/v2/customers/search").json()["errors"][0]["code"] == 400

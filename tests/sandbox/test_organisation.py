"""The organisation as the look-alike tells it, and whole parts of the API that it may not have."""

import pytest

PARTS = (
    ("organisation=off", "/v2/organization/programs", {}),
    ("organisation=off", "/v1.1/organization/get", {}),
    ("requests=off", "/v1.1/request/get", {"type": "GOODWILL"}),
    ("requests=off", "/v2/customers/500000001/goodwillRequest", {}),
    ("referrals=off", "/v2/referral/validate", {"code": "X"}),
)


def code_of(reply):
    body = reply.json()
    return str(body["response"]["status"]["code"] if "response" in body else body["errors"][0]["code"])


@pytest.mark.parametrize(("switch", "path", "query"), PARTS)
def test_a_part_it_lacks_answers_403(sandbox, switch, path, query):
    there, gone = sandbox.get(path, **query), sandbox.get(path, sandbox=switch, **query)
    assert (there.status_code, gone.status_code) == (200, 200)
    assert code_of(gone) == "403"
    assert not there.json().get("errors")
    assert sandbox.get(path, sandbox=f"{switch}; http_errors=on", **query).status_code == 403


def test_tills_and_settings_are_told_where_there_are_any(sandbox):
    till = sandbox.get("/v2/organization/till", code="till.012.01").json()
    assert (till["code"], till["type"], till["isActive"]) == ("till.012.01", "TILL", True)
    assert code_of(sandbox.get("/v2/organization/till", code="till.nowhere")) == "404"
    setting = "/v2/organization/configs/Allow_points_redemption_reversal"
    assert sandbox.get(setting).json()["value"] == "1"
    assert sandbox.get(setting, sandbox="reversal=off").json()["value"] == "0"
    assert code_of(sandbox.get(setting, sandbox="reversal_told=off")) == "404"


def test_a_source_it_lacks_is_not_valid(sandbox):
    asked = {"identifierName": "externalId", "identifierValue": "nobody", "accountId": "line_maple"}
    asked["source"] = "LINE"
    assert code_of(sandbox.get("/v2/customers/lookup", **asked)) == "8015"
    assert code_of(sandbox.get("/v2/customers/lookup", sandbox="sources_off=LINE,JD", **asked)) == "8012"

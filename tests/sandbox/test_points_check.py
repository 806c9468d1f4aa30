"""points/isredeemable: the documented nesting, every rule of a programme, and what the switches make of it."""

from decimal import Decimal
from typing import Any

import pytest
import xmltodict

from tests.support.points import CHECK, check, code_of, spendable
from tests.support.sandbox import Sandbox

CARDS, MOBILE = 500000022, "915550000022"
FRACTIONS, ASHA, LAKSHMI = "915550000015", "915550000001", "915550000016"


def whole(sandbox: Sandbox, how: str = "", **query: Any) -> dict[str, Any]:
    return dict(
        sandbox.get(CHECK, sandbox=how, **{"mobile": MOBILE, "points": 100, **query}).json()["response"]
    )


def test_answer_is_nested_as_documented(sandbox: Sandbox) -> None:
    reply, has = whole(sandbox), spendable(sandbox, CARDS)
    assert reply["status"] == {"success": "true", "code": "200", "message": "SUCCESS"}
    outer = reply["responses"]["points"]
    assert (outer["mobile"], outer["points_redeemed"], outer["redeemed_value"]) == (MOBILE, "100", "25")
    assert Decimal(outer["balance"]) == has
    assert outer["item_status"] == {"success": "true", "code": "800", "message": "Points Redeemed"}
    assert outer["response"]["points"]["redeemable"] == {
        "mobile": MOBILE,
        "points": "100",
        "is_redeemable": "true",
        "points_redeem_value": 25,
        "points_redeem_local_value": 25.0,
        "points_currency_ratio": "0.25",
        "item_status": {"success": "true", "code": "800", "message": "Points can be redeemed"},
    }
    assert spendable(sandbox, CARDS) == has


def test_flat_shape_has_the_inner_half_alone(sandbox: Sandbox) -> None:
    reply = whole(sandbox, "redeemable_shape=flat")
    assert "responses" not in reply
    assert reply["points"]["redeemable"]["is_redeemable"] == "true"


def test_xml_leaves_the_value_out(sandbox: Sandbox) -> None:
    tree = xmltodict.parse(sandbox.get(f"{CHECK}.xml", mobile=MOBILE, points=100).content)["response"]
    found = tree["responses"]["points"]["response"]["points"]["redeemable"]
    assert found["is_redeemable"] == "true"
    assert not {"points_redeem_value", "points_redeem_local_value"} & set(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mobile", MOBILE),
        ("external_id", "MT-0022"),
        ("card_number", "7055000000000023"),
        ("card_external_id", "CX-SANJAY-2"),
    ],
)
def test_every_identifier_finds_the_customer(sandbox: Sandbox, name: str, value: str) -> None:
    reply = sandbox.get(CHECK, **{name: value, "points": 100}).json()["response"]
    assert reply["responses"]["points"]["mobile"] == MOBILE


def test_email_finds_the_customer_too(sandbox: Sandbox) -> None:
    reply = sandbox.get(CHECK, email="layla.haddad@example.com", points=100).json()["response"]
    assert code_of(reply["responses"]["points"]) == 800


@pytest.mark.parametrize(
    ("mobile", "query", "code"),
    [
        (MOBILE, {"points": "0"}, 801),
        (MOBILE, {"points": "many"}, 801),
        (MOBILE, {"points": ""}, 801),
        (MOBILE, {"points": "-20"}, 801),
        (MOBILE, {"points": "20.5"}, 801),
        (FRACTIONS, {"points": "20.123"}, 801),
        (FRACTIONS, {"points": "20.25"}, 800),
        ("abc", {"points": "100"}, 802),
        ("915559999999", {"points": "100"}, 816),
        ("915550000007", {"points": "20"}, 816),
        (MOBILE, {"points": "990"}, 803),
        ("915550000002", {"points": "20"}, 804),
        (MOBILE, {"points": "25"}, 807),
        (MOBILE, {"points": "10"}, 821),
        (LAKSHMI, {"points": "1010"}, 819),
        ("915550000005", {"points": "100"}, 3045),
        ("915550000013", {"points": "100"}, 686),
        (MOBILE, {"points": "100", "program_id": "103"}, 881),
        (MOBILE, {"points": "100", "program_id": "999"}, 895),
        (MOBILE, {"points": "100", "program_id": "abc"}, 895),
        (ASHA, {"points": "30", "program_id": "103"}, 807),
        (ASHA, {"points": "40", "program_id": "103"}, 800),
        (MOBILE, {"points": "100", "validation_code": "1"}, 808),
        (MOBILE, {"points": "100", "validation_code": "1", "skip_validation": "true"}, 800),
        (MOBILE, {"points": "100", "validation_type": "MISSED_CALL"}, 800),
        (MOBILE, {"points": "100", "user_group2_id": "7"}, 826),
        (MOBILE, {"points": "100", "use_default_user_group2": "true"}, 826),
        (MOBILE, {"points": "100", "use_default_user_group2": "false"}, 800),
    ],
)
def test_each_rule_answers_with_its_code(
    sandbox: Sandbox, mobile: str, query: dict[str, str], code: int
) -> None:
    reply = sandbox.get(CHECK, mobile=mobile, **query).json()["response"]
    outer = reply["responses"]["points"]
    inner = outer["response"]["points"]["redeemable"]
    assert code_of(outer) == code_of(inner) == code
    assert inner["is_redeemable"] == ("true" if code == 800 else "false")
    assert (reply["status"]["success"], reply["status"]["code"]) == (
        ("true", "200") if code == 800 else ("false", "500")
    )


def test_programme_may_ask_for_lifetime_points_and_purchases(sandbox: Sandbox) -> None:
    """Nobody is seeded with a full purse and an empty past: one comes from the crowd with points given."""
    with_past = check(sandbox, ASHA, 20, program_id=103)
    assert code_of(with_past) == 800
    short = next(
        mobile for customer, mobile, life in newcomers(sandbox) if life < 100 and purse(sandbox, customer)
    )
    assert code_of(check(sandbox, short, 20, program_id=103)) == 805


def newcomers(sandbox: Sandbox) -> list[tuple[int, str, Decimal]]:
    """Crowd members of programme 103 with their lifetime points."""
    found = []
    for number in range(400_000_100, 400_000_137):
        reply = sandbox.get(f"/v2/customers/{number}/loyaltyDetails", programId=103).json()
        mobile = f"91555{number - 400_000_000:07d}"
        found += [(number, mobile, Decimal(str(row["lifetimePoints"]))) for row in reply.get("data", [])]
    return found


def purse(sandbox: Sandbox, customer: int) -> dict[str, Any]:
    return sandbox.credit(customer, 60, programme_id=103)


def test_merged_customer_is_refused_or_becomes_the_survivor(sandbox: Sandbox) -> None:
    sandbox.credit(500000004, 100)
    refused = sandbox.get(CHECK, external_id="MT-0003", points=20).json()["response"]
    assert code_of(refused["responses"]["points"]) == 8069
    reply = sandbox.get(CHECK, sandbox="merged=survivor", external_id="MT-0003", points=20).json()["response"]
    assert code_of(reply["responses"]["points"]) == 800


def test_nobody_named_and_wrong_words_fail_the_call(sandbox: Sandbox) -> None:
    assert sandbox.get(CHECK, points=100).json()["response"]["status"]["code"] == "400"
    assert whole(sandbox, validation_type="FAX")["status"]["code"] == "400"


def test_group_redemption_counts_all_programmes(sandbox: Sandbox) -> None:
    alone = spendable(sandbox, 500000001, 101)
    more = (alone // 10 + 1) * 10
    sandbox.credit(500000001, 10, programme_id=102)
    assert code_of(check(sandbox, ASHA, more)) == 803
    assert code_of(check(sandbox, ASHA, more, group_redemption="true")) == 800


@pytest.mark.parametrize("code", [815, 827, 888, 895, 899, 813, 820])
def test_switch_refuses_everybody_with_any_code(sandbox: Sandbox, code: int) -> None:
    assert code_of(check(sandbox, MOBILE, how=f"redeemable={code}")) == code


def test_refusal_may_wear_the_flags_of_success(sandbox: Sandbox) -> None:
    reply = whole(sandbox, "redeemable_flags=true", points=25)
    assert (reply["status"]["success"], reply["status"]["code"]) == ("true", "200")
    inner = reply["responses"]["points"]["response"]["points"]["redeemable"]
    assert (inner["item_status"]["success"], inner["item_status"]["code"]) == ("true", "807")
    assert inner["is_redeemable"] == "false"


@pytest.mark.parametrize(("state", "code"), [("none", 822), ("off", 823), ("made", 800)])
def test_missed_call_is_looked_at(sandbox: Sandbox, state: str, code: int) -> None:
    item = check(sandbox, MOBILE, how=f"missed_call={state}", validation_type="MISSED_CALL")
    assert code_of(item) == code


def test_issue_otp_sends_a_code_only_when_the_check_passes(sandbox: Sandbox) -> None:
    sandbox.switch(code_seconds="0")
    check(sandbox, MOBILE, 100, issue_otp="true")
    first = sandbox.last_code(CARDS)
    assert first["points"] == "100"
    check(sandbox, MOBILE, 25, issue_otp="true")
    assert sandbox.last_code(CARDS) == first


def test_code_that_cannot_be_sent_is_876_and_still_redeemable(sandbox: Sandbox) -> None:
    item = check(sandbox, MOBILE, how="codes=not_issued", issue_otp="true")
    assert (code_of(item), item["is_redeemable"]) == (876, "true")


@pytest.mark.parametrize("mode", ["always", "never"])
def test_list_mode_and_dialect_reach_both_halves(sandbox: Sandbox, mode: str) -> None:
    reply = whole(sandbox, f"lists={mode}; dialect=native")
    outer = reply["responses"]["points"]
    outer = outer[0] if mode == "always" else outer
    inner = outer["response"]["points"]["redeemable"]
    inner = inner[0] if mode == "always" else inner
    assert (outer["item_status"]["success"], inner["item_status"]["code"]) == (True, 800)


def test_http_errors_speak_through_the_status(sandbox: Sandbox) -> None:
    assert sandbox.get(CHECK, mobile=MOBILE, points=25).status_code == 200
    assert sandbox.get(CHECK, sandbox="http_errors", mobile=MOBILE, points=25).status_code == 400
    assert sandbox.get(CHECK, sandbox="http_errors", mobile="915559999999", points=20).status_code == 404

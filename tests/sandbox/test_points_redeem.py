"""points/redeem: what it takes, what it answers, what it refuses, and what is left when a reply is lost."""

from decimal import Decimal
from typing import Any

import pytest
import xmltodict

from tests.support.points import REDEEM, code_of, fresh_code, redeem, redeemed, shown, spendable
from tests.support.sandbox import Sandbox

CARDS, MOBILE = 500000022, "915550000022"
ASHA, ASHAS = 500000001, "915550000001"
FRACTIONS, FRACTIONS_MOBILE = 500000015, "915550000015"


@pytest.fixture(autouse=True)
def a_full_purse(sandbox: Sandbox) -> None:
    sandbox.credit(CARDS, 300)


def post(sandbox: Sandbox, body: Any, how: str = "", **more: Any) -> dict[str, Any]:
    query = {"skip_validation": "true"}
    return dict(sandbox.call("POST", REDEEM, json=body, params=query, sandbox=how, **more).json()["response"])


def item(points: object = 20, **more: Any) -> dict[str, Any]:
    return {"points_redeemed": points, "customer": {"mobile": MOBILE}, **more}


def test_answer_is_as_documented(sandbox: Sandbox) -> None:
    before, code = spendable(sandbox, CARDS), fresh_code(sandbox, MOBILE)
    body = {"root": {"redeem": [item(100, validation_code=code, transaction_number="B-77")]}}
    reply = sandbox.call("POST", REDEEM, json=body).json()["response"]
    assert reply["status"] == {"success": "true", "code": 200, "message": "SUCCESS"}
    points = reply["responses"]["points"]
    assert (points["mobile"], points["user_id"], points["external_id"]) == (MOBILE, str(CARDS), "MT-0022")
    assert (points["points_redeemed"], points["redeemed_value"], points["redeemed_local_value"]) == (
        "100",
        25,
        25,
    )
    assert Decimal(str(points["balance"])) == before - 100 == spendable(sandbox, CARDS)
    [stored] = sandbox.redemptions(code=points["redemption_id"])
    assert points["side_effects"]["effect"] == [
        {
            "id": stored["id"],
            "case_value": "false",
            "num_points": 100,
            "currency_value": 25,
            "validation_code": code,
            "points_redemption_summary_id": str(stored["id"]),
            "redeemed_on_bill_number": "B-77",
            "redeemed_on_bill_id": -1,
            "type": "points",
        }
    ]
    assert points["item_status"] == {
        "success": "true",
        "code": 800,
        "message": "Points redeemed successfully",
    }
    assert (stored["mode"], stored["points"], stored["validation_code"]) == ("CODE", 100.0, code)


def test_everything_sent_is_stored_and_found_by_reference(sandbox: Sandbox) -> None:
    sent = item(
        20,
        external_reference_number="LC-R-1",
        notes="Tea — नमस्ते",
        redemption_purpose="Anniversary",
        redemption_time="2026-03-13 18-02-34",
        till_id="till.saket.01",
        custom_fields=[{"name": "a", "value": "b"}],
        billing_time="",
        group_redemption="false",
    )
    status = post(sandbox, {"root": {"redeem": [sent]}})["responses"]["points"]["item_status"]
    assert status["code"] == 800, status
    [row] = sandbox.redemptions(external_reference_number="LC-R-1")
    assert (row["notes"], row["purpose"], row["till"]) == ("Tea — नमस्ते", "Anniversary", "till.saket.01")
    assert row["at"].startswith("2026-03-13T12:32:34")
    [seen] = shown(sandbox, MOBILE, external_reference_number="LC-R-1")
    assert (seen["id"], seen["redeemed_time"]) == (row["id"], "2026-03-13 18:02:34")
    assert (seen["points_redeemed"], seen["notes"]) == (20, "Tea — नमस्ते")
    assert seen["redeemed_till"]["code"] == "till.saket.01"
    assert "reversals" not in seen
    assert "redemption_breakup_by_program" not in seen


def test_attribution_names_the_till(sandbox: Sandbox) -> None:
    headers = {"X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.deira.01"}
    points = post(sandbox, {"root": {"redeem": [item()]}}, headers=headers)["responses"]["points"]
    assert sandbox.redemptions(code=points["redemption_id"])[0]["till"] == "till.deira.01"


@pytest.mark.parametrize(
    "body",
    [
        {"root": {"redeem": [item()]}},
        {"root": {"redeem": item()}},
        {"root": {"root": {"redeem": [item()]}}},
        {"root": {"redeem": [item("20")]}},
    ],
)
def test_every_shape_of_the_body_is_read(sandbox: Sandbox, body: dict[str, Any]) -> None:
    assert code_of(post(sandbox, body)["responses"]["points"]) == 800


@pytest.mark.parametrize("roots", [1, 2])
def test_xml_body_and_answer(sandbox: Sandbox, roots: int) -> None:
    inner = (
        f"<redeem><element><points_redeemed>20</points_redeemed><customer><mobile>{MOBILE}</mobile></customer>"
        "</element></redeem>"
    )
    body = "<root>" * roots + inner + "</root>" * roots
    reply = sandbox.call(
        "POST",
        f"{REDEEM}?skip_validation=true&format=xml",
        data=body.encode(),
        headers={"Content-Type": "application/xml"},
    )
    points = xmltodict.parse(reply.content)["root"]["response"]["responses"]["points"]
    assert points["item_status"]["code"] == "800"
    assert list(points) == sorted(points)
    assert points["side_effects"]["effect"]["element"]["num_points"] == "20"


def test_no_body_and_two_items_fail_the_call(sandbox: Sandbox) -> None:
    assert post(sandbox, {})["status"]["code"] == "400"
    assert post(sandbox, {"root": {"redeem": []}})["status"]["code"] == "400"
    before = spendable(sandbox, CARDS)
    assert post(sandbox, {"root": {"redeem": [item(), item()]}})["status"]["code"] == "1060"
    assert spendable(sandbox, CARDS) == before


@pytest.mark.parametrize(
    ("change", "query", "code"),
    [
        ({"points_redeemed": "x"}, {}, 801),
        ({"points_redeemed": 20.5}, {}, 801),
        ({"customer": {}}, {}, 802),
        ({"customer": {"email": "abc"}}, {}, 802),
        ({"customer": {"mobile": "915559999999"}}, {}, 816),
        ({"customer": {"external_id": "MT-0007"}}, {}, 816),
        ({"customer": {"external_id": "MT-0003"}}, {}, 8069),
        ({"customer": {"mobile": "915550000002"}}, {}, 804),
        ({"customer": {"mobile": "915550000005"}}, {}, 3045),
        ({"customer": {"mobile": "915550000013"}}, {}, 686),
        ({"points_redeemed": 25}, {}, 807),
        ({"points_redeemed": 10}, {}, 821),
        ({"points_redeemed": 1010}, {}, 819),
        ({"customer": {"mobile": "915550000021"}, "points_redeemed": 1000}, {}, 818),
        ({}, {"program_id": "102"}, 881),
        ({}, {"program_id": "999"}, 895),
        ({}, {"user_group2_id": "7"}, 826),
        ({}, {"user_group2_primary_user_source": "INSTORE"}, 826),
        ({"redemption_time": "yesterday"}, {}, 859),
        ({"redemption_time": "2999-01-01 10:00:00"}, {}, 859),
        ({"redemption_time": "1999-01-01 10:00:00"}, {}, 859),
        ({"transaction_number": "B" * 41}, {}, 811),
        ({"till_id": "nowhere"}, {}, 888),
    ],
)
def test_refusal_has_its_code_and_takes_nothing(
    sandbox: Sandbox, change: dict[str, Any], query: dict[str, str], code: int
) -> None:
    reference = f"LC-REFUSED-{code}"
    body = {"root": {"redeem": [item(external_reference_number=reference) | change]}}
    before = spendable(sandbox, CARDS)
    params = {"skip_validation": "true", **query}
    reply = sandbox.call("POST", REDEEM, json=body, params=params).json()["response"]
    assert reply["status"] == {"success": "false", "code": 500, "message": "All requests have failed"}
    assert code_of(reply["responses"]["points"]) == code
    assert sandbox.redemptions(external_reference_number=reference) == []
    assert spendable(sandbox, CARDS) == before


@pytest.mark.parametrize(
    ("query", "how", "code"),
    [
        ({}, "", 824),
        ({"validation_type": "SMS"}, "", 824),
        ({"validation_type": "MISSED_CALL"}, "", 800),
        ({"validation_type": "MISSED_CALL"}, "missed_call=none", 822),
        ({"validation_type": "MISSED_CALL"}, "missed_call=off", 823),
        ({"skip_validation": "true"}, "skip_validation=refused", 824),
        ({"validation_type": "INVALID"}, "", 400),
    ],
)
def test_customer_has_to_agree_somehow(sandbox: Sandbox, query: dict[str, str], how: str, code: int) -> None:
    assert code_of(redeem(sandbox, MOBILE, 20, query=query, how=how)) == code


@pytest.mark.parametrize("code", [686, 815, 817, 825, 827, 886, 894, 3045])
def test_switch_refuses_everybody_with_any_code(sandbox: Sandbox, code: int) -> None:
    before = spendable(sandbox, CARDS)
    assert code_of(redeem(sandbox, MOBILE, 20, how=f"redeem={code}")) == code
    assert spendable(sandbox, CARDS) == before


def test_switch_may_say_yes_and_book_nothing(sandbox: Sandbox) -> None:
    before = spendable(sandbox, CARDS)
    short = redeemed(sandbox, MOBILE, 20, how="redeem=not_booked", external_reference_number="LC-NOTHING")
    assert sandbox.redemptions(code=short) == []
    assert spendable(sandbox, CARDS) == before
    assert redeemed(sandbox, MOBILE, 20) != short


def test_reference_is_unique_only_when_told_so(sandbox: Sandbox) -> None:
    for _ in range(2):
        redeemed(sandbox, MOBILE, 20, external_reference_number="LC-TWICE")
    assert len(sandbox.redemptions(external_reference_number="LC-TWICE")) == 2
    how = "unique_refs=on"
    again = redeem(sandbox, MOBILE, 20, how=how, external_reference_number="LC-TWICE")
    assert code_of(again) == 817
    assert code_of(redeem(sandbox, MOBILE, 20, how=how, external_reference_number="LC-TWICE-NOT")) == 800
    assert len(sandbox.redemptions(external_reference_number="LC-TWICE")) == 2


def test_decimals_are_what_the_programme_allows(sandbox: Sandbox) -> None:
    before = spendable(sandbox, FRACTIONS, 102)
    points = redeem(sandbox, FRACTIONS_MOBILE, 20.25)
    assert (points["points_redeemed"], points["redeemed_value"]) == ("20.25", 20.25)
    assert spendable(sandbox, FRACTIONS, 102) == before - Decimal("20.25")


def test_programme_named_is_the_one_that_pays(sandbox: Sandbox) -> None:
    before = spendable(sandbox, ASHA, 101), spendable(sandbox, ASHA, 103)
    redeemed(sandbox, ASHAS, 20, query={"skip_validation": "true", "program_id": "103"})
    assert (spendable(sandbox, ASHA, 101), spendable(sandbox, ASHA, 103)) == (before[0], before[1] - 20)


def test_redemption_across_programmes_shows_its_parts(sandbox: Sandbox) -> None:
    has = {programme: spendable(sandbox, ASHA, programme) for programme in (101, 102, 103)}
    points = (has[101] // 10 + 1) * 10
    sandbox.credit(ASHA, 10, programme_id=102)
    redeemed(sandbox, ASHAS, int(points), group_redemption="true", external_reference_number="LC-ACROSS")
    [seen] = shown(sandbox, ASHAS, external_reference_number="LC-ACROSS", mlp="true")
    parts = {
        row["program_id"]: Decimal(str(row["points_redeemed"]))
        for row in seen["redemption_breakup_by_program"]
    }
    assert parts == {101: has[101], 102: points - has[101]}
    assert spendable(sandbox, ASHA, 101) == 0
    [stored] = sandbox.redemptions(external_reference_number="LC-ACROSS")
    sandbox.reverse_elsewhere(stored["code"])
    assert spendable(sandbox, ASHA, 101) == has[101]
    [seen] = shown(sandbox, ASHAS, external_reference_number="LC-ACROSS")
    back = seen["reversals"][0]["reversal_breakup_by_program"]
    assert {row["program_id"]: Decimal(str(row["points_reversed"])) for row in back} == parts


@pytest.mark.parametrize("mode", ["always", "never"])
def test_list_mode_and_dialect(sandbox: Sandbox, mode: str) -> None:
    reply = post(sandbox, {"root": {"redeem": [item()]}}, f"lists={mode}; dialect=native")
    points = reply["responses"]["points"]
    points = points[0] if mode == "always" else points
    assert (points["item_status"]["success"], points["item_status"]["code"]) == (True, 800)
    assert isinstance(points["side_effects"]["effect"], list if mode == "always" else dict)


def test_http_errors_speak_through_the_status(sandbox: Sandbox) -> None:
    body = {"root": {"redeem": [item(25)]}}
    query = {"skip_validation": "true"}
    assert sandbox.call("POST", REDEEM, json=body, params=query).status_code == 200
    assert sandbox.call("POST", REDEEM, json=body, params=query, sandbox="http_errors").status_code == 400

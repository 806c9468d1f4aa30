"""points/reverse: whole, in parts, never more than was taken, and what happens to points whose time is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from tests.support.points import REVERSE, problem, redeemed, reverse, shown, spendable
from tests.support.sandbox import Sandbox

CARDS, MOBILE = 500000022, "915550000022"
ME = {"type": "mobile", "value": MOBILE}
USHA, USHAS = 500000012, "915550000012"


@pytest.fixture
def taken(sandbox: Sandbox) -> str:
    """The short id of a redemption of a hundred points."""
    sandbox.credit(CARDS, 100)
    return redeemed(sandbox, MOBILE, 100)


def test_answer_is_as_documented(sandbox: Sandbox, taken: str) -> None:
    before = spendable(sandbox, CARDS)
    answer = reverse(sandbox, taken, 40, identifier=ME)
    [row] = sandbox.reversals(redemption_code=taken)
    assert answer == {
        "redemptionId": taken,
        "pointsToBeReversed": 40.0,
        "orgId": 50007,
        "identifier": ME,
        "customerId": CARDS,
        "pointsReversed": 40.0,
        "reversalId": row["code"],
        "warnings": [],
    }
    assert spendable(sandbox, CARDS) == before + 40
    assert sandbox.redemptions(code=taken)[0]["remaining"] == 60.0


def test_parts_and_then_the_rest_and_then_no_more(sandbox: Sandbox, taken: str) -> None:
    reverse(sandbox, taken, 40)
    reverse(sandbox, taken, 10)
    assert problem(reverse(sandbox, taken, 60)) == 810
    assert reverse(sandbox, taken)["pointsReversed"] == 50.0
    assert problem(reverse(sandbox, taken, 1)) == 3802
    assert problem(reverse(sandbox, taken)) == 3802
    number = sandbox.redemptions(code=taken)[0]["id"]
    [seen] = shown(sandbox, MOBILE, points_start_id=number, points_end_id=number)
    assert [row["points_reversed"] for row in seen["reversals"]] == [40, 10, 50]
    assert [row["reversal_id"] for row in seen["reversals"]] == [
        row["id"] for row in reversed(sandbox.reversals(redemption_code=taken))
    ]
    assert seen["reversals"][0]["reversal_breakup_by_program"] == [
        {"program_id": 101, "points_reversed": 40, "program_name": ""}
    ]


def test_till_of_the_caller_is_named(sandbox: Sandbox, taken: str) -> None:
    headers = {"X-CAP-API-ATTRIBUTION-ENTITY-CODE": "till.deira.01"}
    sandbox.call("POST", REVERSE, json={"redemptionId": taken, "pointsToBeReversed": 10}, headers=headers)
    assert sandbox.reversals(redemption_code=taken)[0]["till_id"] == 70060


def test_number_of_the_list_is_taken_for_the_id_too(sandbox: Sandbox, taken: str) -> None:
    number = sandbox.redemptions(code=taken)[0]["id"]
    assert reverse(sandbox, number, 10)["pointsReversed"] == 10.0
    assert reverse(sandbox, str(number), 10, how="reversal_ids=long")["pointsReversed"] == 10.0
    assert problem(reverse(sandbox, number, 10, how="reversal_ids=short")) == 902
    assert problem(reverse(sandbox, taken, 10, how="reversal_ids=long")) == 902


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"redemptionId": "nobody"}, 902),
        ({"redemptionId": ""}, 902),
        ({"redemptionId": None}, 902),
        ({"redemptionId": 1}, 902),
        ({"pointsToBeReversed": 0}, 901),
        ({"pointsToBeReversed": -5}, 901),
        ({"pointsToBeReversed": "x"}, 901),
        ({"pointsToBeReversed": 1.5}, 901),
        ({"pointsToBeReversed": 110}, 810),
        ({"identifier": {"type": "mobile", "value": "915550000001"}}, 904),
        ({"identifier": {"type": "mobile", "value": "915559999999"}}, 904),
        ({"identifier": {"type": "mobile", "value": "abc"}}, 904),
        ({"identifier": {"type": "MOBILE", "value": MOBILE}}, 904),
        ({"Identifier": {"type": "mobile", "value": "915550000001"}}, 904),
    ],
)
def test_refusal_has_its_code_and_gives_nothing(
    sandbox: Sandbox, taken: str, change: dict[str, object], code: int
) -> None:
    before = spendable(sandbox, CARDS)
    body = {"redemptionId": taken, "pointsToBeReversed": 10, **change}
    reply = sandbox.call("POST", REVERSE, json=body)
    assert reply.status_code == 200
    assert problem(reply.json()) == code
    assert sandbox.reversals(redemption_code=taken) == []
    assert spendable(sandbox, CARDS) == before


@pytest.mark.parametrize("kind", ["mobile", "externalId"])
def test_any_identifier_of_the_right_customer_will_do(sandbox: Sandbox, taken: str, kind: str) -> None:
    value = sandbox.identifier("cards", kind)
    assert reverse(sandbox, taken, 10, identifier={"type": kind, "value": value})["pointsReversed"] == 10.0


def test_switched_off_says_so_in_a_warning_alone(sandbox: Sandbox, taken: str) -> None:
    answer = reverse(sandbox, taken, 10, how="reversal=off; http_errors=on")
    assert "errors" not in answer
    assert [row["code"] for row in answer["warnings"]] == [905]
    assert (answer["pointsReversed"], answer["reversalId"]) == (0.0, None)
    assert sandbox.reversals(redemption_code=taken) == []


@pytest.mark.parametrize("code", [901, 902, 903, 904, 812, 814, 3802])
def test_switch_refuses_everybody_with_any_code(sandbox: Sandbox, taken: str, code: int) -> None:
    assert problem(reverse(sandbox, taken, 10, how=f"reversal={code}")) == code
    assert sandbox.reversals(redemption_code=taken) == []


def test_refusal_may_come_as_a_warning(sandbox: Sandbox, taken: str) -> None:
    answer = reverse(sandbox, "nobody", 10, how="reversal_refusals=warnings")
    assert [row["code"] for row in answer["warnings"]] == [902]
    assert answer["pointsReversed"] == 0.0
    reverse(sandbox, taken)
    assert problem(reverse(sandbox, taken, 10, how="reversal_refusals=warnings")) == 3802


def test_more_than_remains_may_be_cut(sandbox: Sandbox, taken: str) -> None:
    answer = reverse(sandbox, taken, 500, how="over_reversal=capped")
    assert (answer["pointsToBeReversed"], answer["pointsReversed"]) == (100.0, 100.0)


def test_switch_may_say_yes_and_book_nothing(sandbox: Sandbox, taken: str) -> None:
    before = spendable(sandbox, CARDS)
    assert reverse(sandbox, taken, 10, how="reversal=not_booked")["pointsReversed"] == 10.0
    assert sandbox.reversals(redemption_code=taken) == []
    assert spendable(sandbox, CARDS) == before


@pytest.mark.parametrize(
    ("fault", "rows"), [("drop_before", 0), ("drop_after", 1), ("nonsense", 1), ("500", 0)]
)
def test_lost_reply_leaves_none_or_one_behind(sandbox: Sandbox, taken: str, fault: str, rows: int) -> None:
    with pytest.raises((requests.ConnectionError, ValueError)):
        reverse(sandbox, taken, 10, how=f"fault={fault}")
    assert len(sandbox.reversals(redemption_code=taken)) == rows


def test_many_at_once_never_give_back_more_than_was_taken(sandbox: Sandbox, taken: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: reverse(sandbox, taken, 40), range(8)))
    assert sum("errors" not in answer for answer in answers) == 2
    assert {problem(answer) for answer in answers if "errors" in answer} == {810}
    assert sum(row["points"] for row in sandbox.reversals(redemption_code=taken)) == 80


def test_points_whose_time_is_over_come_back_and_expire(sandbox: Sandbox) -> None:
    """Thirty of the fifty end between the redemption and its reversal; usage takes those first."""
    short, before = ended(sandbox)
    answer = reverse(sandbox, short, 50)
    assert answer["pointsReversed"] == 50.0
    [row] = sandbox.reversals(redemption_code=short)
    assert (row["points"], row["expired"]) == (50.0, 30.0)
    assert spendable(sandbox, USHA) == before + 20


def test_points_whose_time_is_over_may_be_left_out(sandbox: Sandbox) -> None:
    short, before = ended(sandbox)
    answer = reverse(sandbox, short, 50, how="expired_part=left_out")
    assert (answer["pointsToBeReversed"], answer["pointsReversed"]) == (50.0, 20.0)
    assert spendable(sandbox, USHA) == before + 20
    assert sandbox.redemptions(code=short)[0]["remaining"] == 30.0
    assert problem(reverse(sandbox, short, how="expired_part=left_out")) == 901


def ended(sandbox: Sandbox) -> tuple[str, Decimal]:
    """A redemption of fifty, thirty of them points that have ended since; and the balance after it."""
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    sandbox.credit(USHA, 30, expires_on=yesterday)
    sandbox.credit(USHA, 20)
    short = redeemed(sandbox, USHAS, 50)
    return short, spendable(sandbox, USHA)


def test_read_lag_hides_new_reversals(sandbox: Sandbox, taken: str) -> None:
    number = sandbox.redemptions(code=taken)[0]["id"]
    reverse(sandbox, taken, 10)
    late = shown(sandbox, MOBILE, how="read_lag=0.001", points_start_id=number, points_end_id=number)
    assert len(late[0]["reversals"]) == 1
    assert shown(sandbox, MOBILE, how="read_lag=60", points_start_id=number, points_end_id=number) == []


def test_http_errors_speak_through_the_status(sandbox: Sandbox, taken: str) -> None:
    def status(**body: object) -> int:
        sent = {"redemptionId": taken, "pointsToBeReversed": 10, **body}
        return sandbox.call("POST", REVERSE, json=sent, sandbox="http_errors").status_code

    assert status(redemptionId="nobody") == 404
    assert status(pointsToBeReversed=110) == 400
    reverse(sandbox, taken)
    assert status() == 409

"""Points calls of the look-alike in few words, for the tests of redeeming and giving back."""

from decimal import Decimal
from typing import Any

from tests.support.sandbox import Sandbox

CHECK, CODE, REDEEM = "/v1.1/points/isredeemable", "/v1.1/points/validationcode", "/v1.1/points/redeem"
REDEMPTIONS, REVERSE = "/v1.1/customer/redemptions", "/v2/points/reverse"
BALANCE, INFO = "/v2/pointsLedger/getCustomerLedgerBalance", "/v2/pointsLedger/getCustomerLedgerInfo"


def check(
    sandbox: Sandbox, mobile: str, points: object = 100, *, how: str = "", **query: Any
) -> dict[str, Any]:
    """The inner half of points/isredeemable: what it says of points.redeemable; how is the X-Sandbox header."""
    reply = sandbox.get(CHECK, sandbox=how, mobile=mobile, points=str(points), **query).json()["response"]
    return dict(reply["responses"]["points"]["response"]["points"]["redeemable"])


def ask_code(
    sandbox: Sandbox, mobile: str, points: object = 100, *, how: str = "", **query: Any
) -> dict[str, Any]:
    """The item of points/validationcode."""
    who = {} if "user_id" in query else {"mobile": mobile}
    reply = sandbox.get(CODE, sandbox=how, points=str(points), **who, **query).json()["response"]
    return dict(reply["validation_code"]["code"])


def fresh_code(sandbox: Sandbox, mobile: str) -> str:
    """A code that holds."""
    item = ask_code(sandbox, mobile)
    assert item["item_status"]["code"] == "200", item
    return str(sandbox.last_code(item["user_id"])["code"])


def redeem(
    sandbox: Sandbox, mobile: str, points: object = 100, *, how: str = "", query: Any = None, **body: Any
) -> dict[str, Any]:
    """The item of points/redeem; skip_validation unless the body has a code or the query says otherwise."""
    asked = query if query is not None else {} if "validation_code" in body else {"skip_validation": "true"}
    item = {"customer": {"mobile": mobile}, "points_redeemed": points, **body}
    sent = {"root": {"redeem": [item]}}
    reply = sandbox.call("POST", REDEEM, json=sent, params=asked, sandbox=how).json()["response"]
    return dict(reply["responses"]["points"])


def redeemed(sandbox: Sandbox, mobile: str, points: object = 100, **more: Any) -> str:
    """The short id of a new redemption."""
    item = redeem(sandbox, mobile, points, **more)
    assert item["item_status"]["code"] == 800, item
    return str(item["redemption_id"])


def reverse(
    sandbox: Sandbox, redemption: object, points: object = None, *, how: str = "", **body: Any
) -> dict[str, Any]:
    """The answer of points/reverse; without points all that remains is asked for."""
    amount = {} if points is None else {"pointsToBeReversed": points}
    sent = {"redemptionId": redemption, **amount, **body}
    return dict(sandbox.call("POST", REVERSE, json=sent, sandbox=how).json())


def problem(answer: dict[str, Any]) -> int:
    """The code of the only error of a v2 answer."""
    [error] = answer["errors"]
    return int(error["code"])


def code_of(item: dict[str, Any]) -> int:
    """The code of an item status."""
    return int(item["item_status"]["code"])


def shown(sandbox: Sandbox, mobile: str, *, how: str = "", **query: Any) -> list[dict[str, Any]]:
    """Points redemptions as customer/redemptions lists them."""
    reply = sandbox.get(REDEMPTIONS, sandbox=how, mobile=mobile, **query).json()["response"]
    return list(reply["customer"]["redemptions"]["points"]["point"])


def spendable(sandbox: Sandbox, customer: int, programme: int = 101) -> Decimal:
    """What loyaltyDetails says can be spent."""
    rows = sandbox.get(f"/v2/customers/{customer}/loyaltyDetails", programId=programme).json()["data"]
    return Decimal(str(rows[0]["loyaltyPoints"]))

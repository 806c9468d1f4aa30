"""Redeemable or not, code sent, redeemed, reversed: answers that must not be believed by their flags alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.capillary import codes
from apps.capillary.envelopes import (
    API,
    ApiSaidNo,
    code_of,
    has_status,
    item_of,
    refusals,
    require_yes,
    require_yes_v2,
    says_no,
)
from apps.capillary.hiding import without
from apps.capillary.readers import ShapeError, flag, integer, many, notices, number, one, text
from apps.capillary.types_redeeming import CodeSent, Redeemability, Redeemed, RedemptionEffect, Reversed

ENTITY = "points"
# The points are redeemable, only the code could not be sent: 876 in the text, 860 in the table.
NO_CODE_MADE = frozenset({"876", "860"})


def parse_redeemability(body: Mapping[str, Any]) -> Redeemability:
    """`responses.points.response.points.redeemable`: a whole reply inside another that says "redeemed".

    The inner half is the answer; it may also come without the outer one.
    """
    outer, inner, node = _halves(body)
    code = code_of(one(node.get("item_status")))
    able = flag(node.get("is_redeemable"))
    if not (able and code in NO_CODE_MADE):
        for item in (node, outer):
            item_of(item, ENTITY)
    if says_no(inner):
        raise ApiSaidNo(code_of(one(inner.get("status"))) or "500", "", API)
    require_yes(dict(body), ENTITY)
    if able is None:
        raise ShapeError("redeemable.is_redeemable is missing")
    value = number(node.get("points_redeem_value"))
    return Redeemability(
        redeemable=able,
        points=number(node.get("points")),
        # The XML form has the value in its outer half only, and a ratio of 0 that means none.
        value=number(outer.get("redeemed_value")) if value is None else value,
        local_value=number(node.get("points_redeem_local_value")),
        currency_ratio=number(node.get("points_currency_ratio")) or None,
        balance=number(outer.get("balance")),
        code=code,
        raw=node,
    )


def parse_code_sent(body: Mapping[str, Any]) -> CodeSent:
    """`validation_code.code` is the item, whose own code is 200. Only a clear yes is one."""
    rows = many(body.get("validation_code"), "code")
    _refuse(body, sure=False)
    state = one(rows[0].get("item_status")) if len(rows) == 1 else {}
    if code_of(state) in NO_CODE_MADE:
        raise ApiSaidNo(code_of(state), text(state.get("message")))
    if flag(state.get("success", state.get("status"))) is not True:
        raise ShapeError("validation_code.code says neither yes nor no")
    return CodeSent(
        customer_id=text(rows[0].get("user_id")),
        points=number(rows[0].get("points")),
        mobile=text(rows[0].get("mobile")),
        email=text(rows[0].get("email")),
        raw=rows[0],
    )


def parse_redeemed(body: Mapping[str, Any], secrets: Iterable[str] = ()) -> Redeemed:
    """`responses.points`, object or list. Without an id of the redemption nobody knows whether there is one."""
    rows = many(one(body.get("responses")).get("points")) or many(body.get("points"))
    node = rows[0] if len(rows) == 1 else {}
    effects = tuple(map(_read_effect, many(node.get("side_effects"), "effect")))
    ids = (text(node.get("redemption_id")), *(effect.number for effect in effects))
    redemption_id = next((found for found in ids if found not in {"", "0", "-1"}), "")
    points = number(node.get("points_redeemed"))
    _refuse(body, sure=bool(redemption_id))
    if not redemption_id or (points is not None and points <= 0):
        raise ShapeError("responses.points.redemption_id is missing, or no points were redeemed")
    return Redeemed(
        redemption_id=redemption_id,
        points=points,
        value=number(node.get("redeemed_value")),
        local_value=number(node.get("redeemed_local_value")),
        balance=number(node.get("balance")),
        customer_id=text(node.get("user_id")),
        effects=effects,
        raw=without(node, secrets),
    )


def parse_reversed(body: Mapping[str, Any]) -> Reversed:
    """A bare object with warnings. 901 to 905 are told as warnings too: without a reversal they are a no."""
    node = next(
        (row for row in (body, *map(one, map(body.get, ("data", "entity")))) if "reversalId" in row), {}
    )
    points = number(node.get("pointsReversed"))
    reversal_id = text(node.get("reversalId"))
    told = notices(body.get("warnings"))
    no = _no_of(body) or next(
        (ApiSaidNo(row.code, row.message) for row in told if codes.kind(ENTITY, row.code) == "error"), None
    )
    done = reversal_id not in {"", "0", "-1"} and (points is None or points > 0)
    if no is not None and not done:
        raise no
    if no is not None or not done:
        raise ShapeError("reversalId is missing, or the reply says yes and no")
    return Reversed(
        reversal_id=reversal_id,
        redemption_id=text(node.get("redemptionId")),
        points=points,
        asked=number(node.get("pointsToBeReversed")),
        customer_id=text(node.get("customerId")),
        notices=told,
        raw=node,
    )


def _halves(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The outer item, the reply inside it, and the node that says whether points are redeemable."""
    outer = one(one(body.get("responses")).get("points"))
    inner = one(outer.get("response"))
    for place in (inner, one(body.get("responses")), body):
        if node := one(one(place.get("points")).get("redeemable")):
            return outer, inner, node
    return outer, inner, {}


def _refuse(body: Mapping[str, Any], *, sure: bool) -> None:
    """Raise the no the body says. With `sure` signs that it was done, a no besides is not understood."""
    refused = refusals(body, ENTITY)
    if sure and (refused or says_no(body)):
        raise ShapeError("the reply says yes and no")
    for item in refused:
        item_of(item, ENTITY)
    if not has_status(body):
        raise ShapeError("the status is missing")
    require_yes(dict(body), ENTITY)


def _no_of(body: Mapping[str, Any]) -> ApiSaidNo | None:
    try:
        require_yes_v2(dict(body))
    except ApiSaidNo as no:
        return no
    return None


def _read_effect(node: Mapping[str, Any]) -> RedemptionEffect:
    bill = integer(node.get("redeemed_on_bill_id"))
    return RedemptionEffect(
        number=text(node.get("points_redemption_summary_id")) or text(node.get("id")),
        points=number(node.get("num_points")),
        value=number(node.get("currency_value")),
        bill_id=str(bill) if bill is not None and bill > 0 else "",
        bill_number=text(node.get("redeemed_on_bill_number")),
    )

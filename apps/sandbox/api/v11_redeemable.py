"""v1.1: points/isredeemable."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import MESSAGES, Refusal, api_status
from apps.sandbox.api.v11_envelope import V11View, flag, item_status, overall, reply, rows, wanted
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.v11_points import text
from apps.sandbox.api.v11_points_who import CARDS_TOO, customer_by, forced, no_crossing, no_groups
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import PROGRAMME_BY_ID
from apps.sandbox.control import switches
from apps.sandbox.models import Customer
from apps.sandbox.points.codes import check_code, send_code
from apps.sandbox.points.rules import Offer, offer, points_of, programme_of

_ONLY_JSON = frozenset({"points_redeem_value", "points_redeem_local_value"})
_WAYS = ("", "SMS", "MISSED_CALL", "INVALID")


@dataclass(frozen=True)
class _Verdict:
    """What the check found: offer None when there is nothing to redeem, code 800 when all is well."""

    who: dict[str, str]
    code: int
    message: str
    offer: Offer | None = None


class RedeemableView(V11View):
    """GET /v1.1/points/isredeemable: a whole redeem-like reply around the real one, as documented.

    points_currency_ratio is money for one point. The outer half looks like a redeem reply; its balance is what
    can be spent now, because nothing was taken. A refusal fails the whole reply, or with the switch
    redeemable_flags only by code and is_redeemable. currency_input is undescribed and ignored; group_redemption
    takes from all programmes of the customer, user groups are refused (826): there are none here.
    """

    def get(self, request: Request, format: str | None = None) -> Response:
        """One customer; issue_otp=true also sends a code. Refusal 400 without an identifier."""
        [(name, value)] = wanted(request, CARDS_TOO, batch=False)
        if request.query_params.get("validation_type", "").upper() not in _WAYS:
            raise Refusal(400, "validation_type is not valid")
        verdict = _verdict(request, name, value)
        failures = [] if verdict.code == 800 else [verdict.code]
        tree = _tree(request, verdict, failures)
        return reply(request, Envelope(tree, xml_without=_ONLY_JSON), 1, failures)


def _verdict(request: Request, name: str, value: str) -> _Verdict:
    who = {name: value}
    found: Offer | None = None
    try:
        customer = customer_by(request, name, value)
        who = {"mobile": person(customer)["mobile"]}
        found = _examined(request, customer)
        if flag(request, "issue_otp"):
            _issue(request, customer, found)
    except Refusal as error:
        return _Verdict(who, error.code, error.message, found if error.code == 876 else None)
    return _Verdict(who, 800, "Points can be redeemed", found)


def _examined(request: Request, customer: Customer) -> Offer:
    query, chosen = request.query_params, switches.of(request)
    forced(chosen.redeemable)
    no_groups(request)
    no_crossing(request, across=flag(request, "group_redemption"))
    found = offer(
        customer,
        points_of(query.get("points", "")),
        programme_of(query.get("program_id", "")),
        across=flag(request, "group_redemption"),
    )
    if query.get("validation_type", "").upper() == "MISSED_CALL" and chosen.missed_call != "made":
        raise Refusal(822 if chosen.missed_call == "none" else 823)
    if (code := query.get("validation_code", "")) and not flag(request, "skip_validation"):
        check_code(customer, code, chosen)
    return found


def _issue(request: Request, customer: Customer, found: Offer) -> None:
    try:
        send_code(customer, text(found.points), switches.of(request))
    except Refusal as error:
        raise Refusal(876, f"{MESSAGES[876]}: {error.message}") from error


def _tree(request: Request, verdict: _Verdict, failures: list[int]) -> dict[str, Any]:
    chosen = switches.of(request)
    shown = [] if chosen.redeemable_flags == "true" else failures
    good = not shown
    status = overall(1, shown, message="SUCCESS")
    inner = {
        "status": api_status(good, 200 if good else 500, "SUCCESS" if good else MESSAGES[500]),
        "points": {"redeemable": rows([_redeemable(request, verdict, good)], single=True)},
    }
    if chosen.redeemable_shape == "flat":
        return {"status": status, "points": inner["points"]}
    return {
        "status": status,
        "responses": {"points": rows([_outer(request, verdict, good, inner)], single=True)},
    }


def _outer(request: Request, verdict: _Verdict, good: bool, inner: dict[str, Any]) -> dict[str, Any]:
    found = verdict.offer
    code, message = (800, "Points Redeemed") if verdict.code == 800 else (verdict.code, verdict.message)
    return {
        **verdict.who,
        "points_redeemed": request.query_params.get("points", ""),
        "redeemed_value": text(found.value) if found else "0",
        "balance": text(found.available) if found else "0",
        "item_status": item_status(code, message, success=good),
        "response": inner,
    }


def _redeemable(request: Request, verdict: _Verdict, good: bool) -> dict[str, Any]:
    found = verdict.offer
    value = _whole(found.value) if found else 0
    ratio = text(PROGRAMME_BY_ID[found.programme_id].spending.point_value) if found else "0"
    return {
        **verdict.who,
        "points": request.query_params.get("points", ""),
        "is_redeemable": "true" if found else "false",
        "points_redeem_value": value,
        "points_redeem_local_value": found.value if found else Decimal(0),
        "points_currency_ratio": ratio,
        "item_status": item_status(verdict.code, verdict.message, success=good),
    }


def _whole(value: Decimal) -> Any:
    return int(value) if value == value.to_integral_value() else value

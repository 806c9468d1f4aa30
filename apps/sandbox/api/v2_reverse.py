"""v2: points/reverse."""

from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.errors import Refusal, v2_problem
from apps.sandbox.api.identifiers import Place, find
from apps.sandbox.api.v2_customers import customer_or_refusal
from apps.sandbox.api.v11_body import member, text
from apps.sandbox.api.v11_envelope import survivor_of
from apps.sandbox.api.v11_points_who import caller_store, forced
from apps.sandbox.catalogue import ORG_ID
from apps.sandbox.control import switches
from apps.sandbox.models import Customer
from apps.sandbox.points.reversing import GiveBack, Reversed, reverse
from apps.sandbox.points.rules import points_of

_IDENTIFIERS = ("mobile", "email", "externalId")
# These stand among the errors and among the warnings of the reference; 905 among the warnings alone.
_EITHER = frozenset({901, 902, 903, 904})


class ReverseView(APIView):
    """POST /v2/points/reverse {redemptionId, pointsToBeReversed, identifier: {type, value}}.

    Without pointsToBeReversed all that remains is given back, without identifier nobody is compared: the
    reference marks neither as needed and describes neither absence. It answers with warnings and no errors; a
    refusal that is a warning (905, with the switch reversal_refusals also 901 to 904) says that nothing was
    reversed only by its warning and by pointsReversed.
    """

    def post(self, request: Request) -> Response:
        """Give points back. Refusals of points.reversing, 902 without an id, 904 for an unknown customer."""
        chosen = switches.of(request)
        try:
            if chosen.reversal == "off":
                raise Refusal(905)
            forced(chosen.reversal)
            return Response(_done(request, reverse(_wish(request), chosen)))
        except Refusal as error:
            as_warning = error.code in _EITHER and chosen.reversal_refusals == "warnings"
            if error.code != 905 and not as_warning:
                raise
            return Response(_refused(request, error))


def _wish(request: Request) -> GiveBack:
    points = text(request.data, "pointsToBeReversed")
    return GiveBack(
        redemption_id=text(request.data, "redemptionId"),
        store=caller_store(request),
        points=_points(points) if points else None,
        customer=_customer(_identifier(request)),
    )


def _points(written: str) -> Decimal:
    try:
        return points_of(written)
    except Refusal as error:
        raise Refusal(901) from error


def _identifier(request: Request) -> Any:
    # Capitalised in the table, small in both samples.
    return member(request.data, "identifier") or member(request.data, "Identifier")


def _customer(identifier: Any) -> Customer | None:
    if not identifier:
        return None
    kind, value = text(identifier, "type"), text(identifier, "value")
    if kind not in _IDENTIFIERS:
        raise Refusal(904)
    try:
        return survivor_of(customer_or_refusal(find(kind, value, Place("ALL"))))
    except Refusal as error:
        raise Refusal(904) from error


def _done(request: Request, done: Reversed) -> dict[str, Any]:
    return {
        "redemptionId": text(request.data, "redemptionId"),
        "pointsToBeReversed": done.asked,
        "orgId": ORG_ID,
        "identifier": _identifier(request),
        "customerId": done.row.redemption.customer_id,
        "pointsReversed": done.row.points,
        "reversalId": done.row.code,
        "warnings": [],
    }


def _refused(request: Request, error: Refusal) -> dict[str, Any]:
    return {
        "redemptionId": text(request.data, "redemptionId"),
        "pointsToBeReversed": text(request.data, "pointsToBeReversed"),
        "orgId": ORG_ID,
        "identifier": _identifier(request),
        "customerId": None,
        "pointsReversed": Decimal(0),
        "reversalId": None,
        "warnings": [v2_problem(error.code, error.message)],
    }

"""v1.1: points/validationcode."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_envelope import V11View, item_status, overall, reply, rows, wanted
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.v11_points_who import customer_by
from apps.sandbox.api.wire import Envelope
from apps.sandbox.control import switches
from apps.sandbox.points.codes import send_code
from apps.sandbox.points.rules import points_of

_IDENTIFIERS = ("mobile", "email", "external_id", "user_id")


class ValidationCodeView(V11View):
    """GET /v1.1/points/validationcode: sends a message, the same code again while it holds.

    The reference does not say what is checked: here that the points are a number and the customer is in the
    loyalty program. The code holds for any amount; the good item's code is 200.
    """

    def get(self, request: Request, format: str | None = None) -> Response:
        """One customer. Refusal 400 without an identifier; 801, 802, 816, 686, 881, 860, 819 in the item."""
        [(name, value)] = wanted(request, _IDENTIFIERS, batch=False)
        failures: list[int] = []
        try:
            item = _sent(request, name, value)
        except Refusal as error:
            failures.append(error.code)
            status = item_status(error.code, error.message, success=False)
            item = {name: value, "points": request.query_params.get("points", ""), "item_status": status}
        tree = {
            "status": overall(1, failures, message="SUCCESS"),
            "validation_code": {"code": rows([item], single=True)},
        }
        return reply(request, Envelope(tree), 1, failures)


def _sent(request: Request, name: str, value: str) -> dict[str, Any]:
    points = request.query_params.get("points", "")
    points_of(points)
    customer = customer_by(request, name, value)
    if customer.loyalty_type == "non_loyalty":
        raise Refusal(686)
    if not customer.enrolments.exists():
        raise Refusal(881)
    send_code(customer, points, switches.of(request))
    return {
        "user_id": str(customer.id),
        "mobile": person(customer)["mobile"],
        "points": points,
        "item_status": item_status(200, "Validation code sent successfully"),
    }

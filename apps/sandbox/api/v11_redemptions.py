"""v1.1: customer/redemptions."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_envelope import V11View, collect, flag, overall, reply, rows, wanted
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.v11_redeemed import coupons_block, points_block, windows
from apps.sandbox.api.wire import Envelope
from apps.sandbox.models import Customer


class RedemptionsView(V11View):
    """GET /v1.1/customer/redemptions: points with their reversals, and coupons."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """Customers of a comma list; a good item has no item_status here."""
        kind = request.query_params.get("type", "BOTH").upper()
        if kind not in ("POINTS", "COUPONS", "BOTH"):
            raise Refusal(400, "type is not valid")
        pairs = wanted(request)
        items, failures = collect(pairs, lambda customer: _redeemed(request, customer, kind), None)
        tree = {"status": overall(len(items), failures), "customer": rows(items, single=True)}
        return reply(request, Envelope(tree, xml="converted"), len(items), failures)


def _redeemed(request: Request, customer: Customer, kind: str) -> dict[str, Any]:
    span = windows(request, kind)
    names = person(customer)
    points = points_block(request, customer, span) if kind != "COUPONS" else []
    coupons = coupons_block(request, customer, span) if kind != "POINTS" else []
    return {
        **({"user_id": str(customer.id)} if flag(request, "user_id") else {}),
        "mobile": names["mobile"],
        "email": names["email"],
        "external_id": names["external_id"],
        "firstname": names["firstname"],
        "lastname": names["lastname"],
        "rows": str(len(points) + len(coupons)),
        "coupons_count": str(len(coupons)),
        "points_count": str(len(points)),
        "coupons_start_id": coupons[0]["id"] if coupons else "0",
        "points_start_id": str(points[0]["id"]) if points else "0",
        "redemptions": {
            "coupons": {"coupon": rows(coupons, single=True)},
            "points": {"point": rows(points, single=False)},
        },
    }

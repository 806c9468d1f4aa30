"""Goodwill from elsewhere: tills that ask, and people of member care who decide outside the console."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.control import switches
from apps.sandbox.control.open import ControlView, values
from apps.sandbox.goodwill.asking import points_of
from apps.sandbox.goodwill.crediting import credit_now
from apps.sandbox.goodwill.deciding import Decision, approve, reject
from apps.sandbox.goodwill.making import BadOrder, Order, make
from apps.sandbox.models import GoodwillRequest

MEMBER_CARE = "member.care"
_NUMBERS = ("customer_id", "id")
_FILTERS = ("status", "reference_id", "added_by", *_NUMBERS)
_FIELDS = (
    "id",
    "customer_id",
    "type",
    "status",
    "programme_id",
    "points",
    "approved_value",
    "series_id",
    "reason",
    "comments",
    "updated_comments",
    "reference_id",
    "approval_type",
    "added_at",
    "added_by",
    "updated_at",
    "updated_by",
    "credited_at",
    "credit_due_at",
)


class GoodwillView(ControlView):
    """All that is known of the requests, also what no call of the API tells; orders for new ones."""

    def get(self, request: Request) -> Response:
        """?status= &reference_id= &customer_id= &added_by= &id= → {count, requests: the newest hundred}."""
        given = {name: request.query_params[name] for name in _FILTERS if request.query_params.get(name)}
        if any(name in _NUMBERS and not text.isdigit() for name, text in given.items()):
            return Response({"error": "An id is a number."}, status=422)
        rows = GoodwillRequest.objects.filter(**given).order_by("-id")
        return Response({"count": rows.count(), "requests": [told(row) for row in rows[:100]]})

    def post(self, request: Request) -> Response:
        """{count, tills, customers, base_type, points, series_id, spread_hours}, all optional → {ids}."""
        try:
            return Response({"ids": order(values(request))}, status=201)
        except ValueError as error:
            return Response({"error": str(error)}, status=422)


class VerdictView(ControlView):
    """POST /_control/goodwill/<id>/approve|reject|credit: decided outside, or a missing credit mended."""

    def post(self, request: Request, request_id: int, verdict: str) -> Response:
        """Optional till (or another name), points, comments; 409 with the code when it cannot be done."""
        try:
            row = decide(request, request_id, verdict, values(request))
        except Refusal as error:
            return Response({"error": error.message, "code": error.code}, status=409)
        return Response(told(row))


def told(row: GoodwillRequest) -> dict[str, Any]:
    """The whole row; moments in ISO form and UTC."""
    whole = {name: getattr(row, name) for name in _FIELDS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in whole.items()
    }


def order(form: Mapping[str, Any]) -> list[int]:
    """Make what a form or a JSON body asks for; lists may be text with commas. Raises ValueError."""
    points, series = str(form.get("points") or ""), str(form.get("series_id") or "")
    try:
        return make(
            Order(
                count=int(form.get("count", 1)),
                tills=tuple(_listed(form.get("tills"))),
                customers=tuple(int(number) for number in _listed(form.get("customers"))),
                base_type=str(form.get("base_type") or ""),
                points=points_of(points) if points else None,
                series_id=int(series) if series else None,
                spread_hours=int(form.get("spread_hours") or 0),
            ),
            random.Random(),  # noqa: S311
        )
    except Refusal as error:
        raise BadOrder(error.message) from error


def decide(
    request: HttpRequest | Request, request_id: int, verdict: str, form: Mapping[str, Any]
) -> GoodwillRequest:
    """Approve, reject or credit as somebody else would. Raises Refusal."""
    if verdict == "credit":
        return credit_now(request_id)
    points = str(form.get("points") or "")
    decision = Decision(
        request_id=request_id,
        by=str(form.get("till") or MEMBER_CARE),
        ip=str(request.META.get("REMOTE_ADDR", "")),
        comments=str(form.get("comments") or ""),
        points=points_of(points) if points else None,
        merged="survivor",
        how=switches.current().goodwill,
    )
    return approve(decision) if verdict == "approve" else reject(decision)


def _listed(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [text for part in parts if (text := str(part).strip())]

"""Referrals from elsewhere: what is stored, tills that invite, and time passing for the invited."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.control.open import ControlView, values
from apps.sandbox.models import Referral
from apps.sandbox.referrals.growing import ACTS, Growth, grow_one, let_time_pass, stage_of
from apps.sandbox.referrals.making import BadOrder, Order, make

_NUMBERS = ("id", "referrer_id", "referee_id", "limit")
_FILTERS = ("id", "referrer_id", "referee_id", "campaign_token", "identifier", "key", "till_code", "local_id")
_FIELDS = (
    "id",
    "referrer_id",
    "referee_id",
    "campaign_token",
    "type",
    "identifier",
    "name",
    "local_id",
    "invited_at",
    "joined_at",
    "bought_at",
    "rewarded_at",
    "till_code",
    "hidden",
)


class ReferralsView(ControlView):
    """All that is stored of the invitations; orders for new ones."""

    def get(self, request: Request) -> Response:
        """?referrer_id= &identifier= &campaign_token= &till_code= … &limit= → {count, referrals: newest hundred}."""
        query = request.query_params
        given = {name: query[name] for name in _FILTERS if query.get(name)}
        if any(not query.get(name, "0").isdigit() for name in _NUMBERS):
            return Response({"error": "An id is a number."}, status=422)
        rows = Referral.objects.filter(**given).order_by("-id")
        return Response(
            {
                "count": rows.count(),
                "referrals": [told(row) for row in rows[: int(query.get("limit", "100"))]],
            }
        )

    def post(self, request: Request) -> Response:
        """{customers, count, tills, campaign, identifiers, names, stages, spread_hours, hidden} → {ids}."""
        try:
            return Response({"ids": order(values(request))}, status=201)
        except (ValueError, TypeError) as error:
            return Response({"error": str(error)}, status=422)


class GrowView(ControlView):
    """POST /_control/referrals/<id>/register|buy|reward: one invitee comes so far, through the steps before."""

    def post(self, request: Request, referral_id: int, act: str) -> Response:
        """Optional days_ago, mobile or email (registers with another one), hidden; 409 when it cannot be done."""
        try:
            return Response(told(grow(referral_id, act, values(request))))
        except Refusal as error:
            return Response({"error": error.message, "code": error.code}, status=409)
        except ValueError as error:
            return Response({"error": str(error)}, status=422)


class PassView(ControlView):
    """POST /_control/referrals/pass: everybody invited comes one step further."""

    def post(self, request: Request) -> Response:
        """Optional referrer_id → {moved}."""
        try:
            return Response({"moved": pass_time(values(request))})
        except ValueError as error:
            return Response({"error": str(error)}, status=422)


def told(row: Referral) -> dict[str, Any]:
    """The row with its stage; moments in ISO form and UTC."""
    whole = {"stage": stage_of(row), **{name: getattr(row, name) for name in _FIELDS}}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in whole.items()
    }


def order(form: Mapping[str, Any]) -> list[int]:
    """Make what a form or a JSON body asks for; lists may be text with commas. Raises ValueError."""
    return make(
        Order(
            customers=tuple(int(number) for number in _listed(form.get("customers"))),
            count=int(form.get("count") or 0),
            tills=tuple(_listed(form.get("tills"))),
            campaign=str(form.get("campaign") or ""),
            identifiers=tuple(_listed(form.get("identifiers"))),
            names=tuple(_listed(form.get("names"))),
            stages=tuple(_listed(form.get("stages")) or Order.stages),
            spread_hours=int(form.get("spread_hours") or 0),
            hidden=form.get("hidden") in (True, "true", "on"),
        )
    )


def grow(referral_id: int, act: str, form: Mapping[str, Any]) -> Referral:
    """Bring one invitee as far as the act says. Raises Refusal, ValueError."""
    days = int(form.get("days_ago") or 0)
    return grow_one(
        Growth(
            referral_id=referral_id,
            stage=ACTS[act],
            at=timezone.now() - timedelta(days=days) if days else None,
            mobile=str(form.get("mobile") or ""),
            email=str(form.get("email") or ""),
            hidden=form.get("hidden") in (True, "true", "on"),
        )
    )


def pass_time(form: Mapping[str, Any]) -> int:
    """One step further for all, or for those one customer invited; how many moved. Raises ValueError."""
    rows = Referral.objects.filter(rewarded_at=None).order_by("id")
    if referrer := str(form.get("referrer_id") or ""):
        if not referrer.isdigit():
            raise BadOrder("An id is a number.")
        rows = rows.filter(referrer_id=int(referrer))
    return let_time_pass(list(rows))


def _listed(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [text for part in parts if (text := str(part).strip())]

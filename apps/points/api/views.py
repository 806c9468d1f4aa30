"""Redeeming over the API: check, send a code, redeem with it, look."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.points.api import serializers as told
from apps.points.checking import check
from apps.points.codes import last_sending, send_code
from apps.points.models import CodeSending, Redemption
from apps.points.redeeming import redeem
from apps.points.tracing import trace
from apps.points.wanted import Wanted
from apps.staff.api.base import ActingView, accepted, answered, number_of
from apps.staff.api.paging import PAGING

REDEEM = "staff.redeem_points"
EXAMPLE = {"customer_id": 500000012, "points": "100", "bill": "88012"}


class OfRedeeming(ActingView):
    """What the addresses of redemptions have in common."""

    permissions: dict[str, str | tuple[str, ...]] = {"GET": REDEEM, "POST": REDEEM}

    def redemptions(self) -> "QuerySet[Redemption]":
        """Those this key may see."""
        return Redemption.objects.visible_to(self.user).select_related("store")

    def wanted(self, asked: dict[str, Any], token: UUID) -> Wanted:
        """What was sent as the service wants it."""
        return Wanted(token=token, **asked)


class Checking(OfRedeeming):
    """Before redeeming."""

    permissions = {"POST": REDEEM}
    in_a_store = ("POST",)

    @extend_schema(
        operation_id="redemption_check",
        request=told.CheckingSerializer,
        responses={200: told.CheckedSerializer},
        examples=[OpenApiExample("100 points", EXAMPLE, request_only=True)],
    )
    def post(self, _request: Request) -> Response:
        """Whether these points can be redeemed now, and what they are worth. Changes nothing."""
        asked = self.given(told.CheckingSerializer)
        self.opened(asked["customer_id"])
        found = check(actor=self.actor, user=self.user, wanted=self.wanted(asked, UUID(int=0)))
        return Response(told.checked_as_json(found))


class SendingCode(OfRedeeming):
    """One-time codes."""

    permissions = {"POST": REDEEM}
    writes = ("POST",)

    @extend_schema(
        operation_id="redemption_send_code",
        request=told.CheckingSerializer,
        responses=dict.fromkeys((200, 202), told.CodeSerializer),
        examples=[OpenApiExample("For 100 points", EXAMPLE, request_only=True)],
    )
    def post(self, _request: Request) -> Response:
        """Let Capillary send the customer a code for these points. Where it went is told masked."""
        asked = self.given(told.CheckingSerializer)
        self.opened(asked["customer_id"])

        def act(token: UUID, since: datetime | None) -> Response:
            sent = self._earlier(asked, since) if since else None
            sent = sent or send_code(actor=self.actor, user=self.user, wanted=self.wanted(asked, token))
            data = told.code_as_json(sent)
            if data["outcome"] == "not_known_yet":
                return accepted(data, reverse("points_api:redemptions"))
            return Response(data)

        return self.once(act)

    def _earlier(self, asked: dict[str, Any], since: datetime) -> CodeSending | None:
        """What an earlier try of the same call has sent, or perhaps has: a sending takes no token."""
        last = last_sending(self.user, asked["customer_id"])
        return last if last is not None and last.at >= since and last.points == asked["points"] else None


class Redemptions(OfRedeeming):
    """Redemptions."""

    writes = ("POST",)

    @extend_schema(
        operation_id="redemptions",
        parameters=[OpenApiParameter("customer_id", int), *PAGING],
        responses={200: told.RedemptionPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """What this key redeemed and, with a scope that sees customers, all of its stores."""
        rows, customer_id = self.redemptions(), number_of(request, "customer_id")
        if customer_id is not None:
            rows = rows.filter(customer_id=customer_id)
        return self.page(rows, told.redemption_as_json)

    @extend_schema(
        operation_id="redeem",
        request=told.RedeemingSerializer,
        responses=dict.fromkeys((201, 202), told.RedemptionSerializer),
        examples=[OpenApiExample("With a code", {**EXAMPLE, "code": "482913"}, request_only=True)],
    )
    @sensitive_variables("asked", "code")
    def post(self, _request: Request) -> Response:
        """Redeem points, with the one-time code the customer read out. Sent once, whatever happens.

        201: done; 202: not known yet, and not to be repeated; any problem below 500: nothing was taken.
        """
        asked = self.given(told.RedeemingSerializer)
        code = asked.pop("code")
        self.opened(asked["customer_id"])

        @sensitive_variables("code")
        def act(token: UUID, _since: datetime | None) -> Response:
            done = redeem(actor=self.actor, user=self.user, wanted=self.wanted(asked, token), code=code)
            data = told.redemption_as_json(done)
            url = reverse("points_api:redemption", args=[done.pk])
            return answered(data, url, status=201 if data["outcome"] == "done" else 200)

        return self.once(act)


class OneRedemption(OfRedeeming):
    """One redemption."""

    permissions = {"GET": REDEEM}

    @extend_schema(operation_id="redemption", responses={200: told.RedemptionSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """How it stands. Reading is an entry."""
        found = get_object_or_404(self.redemptions(), pk=pk)
        trace("viewed", found, actor=self.actor)
        return Response(told.redemption_as_json(found))

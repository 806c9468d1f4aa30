"""Giving points back over the API: asked, decided by a second hand, withdrawn."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.points.api import serializers as told
from apps.points.deciding import approve_reversal, reject_reversal, withdraw_reversal
from apps.points.models import Reversal, State
from apps.points.reversing import ask_reversal
from apps.points.tracing import trace
from apps.points.wanted import WantedReversal
from apps.staff.api.base import ActingView, answered
from apps.staff.api.paging import PAGING

REVERSE, DECIDE = "staff.reverse_redemptions", "staff.approve_reversals"
ANSWERS: dict[Any, Any] = dict.fromkeys((200, 202), told.ReversalSerializer)
WHY = OpenApiExample("Why", {"reason": "The till was wrong"}, request_only=True)


class OfReversing(ActingView):
    """What the addresses of reversals have in common."""

    permissions: dict[str, str | tuple[str, ...]] = {"GET": REVERSE, "POST": REVERSE}

    def reversals(self) -> "QuerySet[Reversal]":
        """Those this key may see."""
        rows = Reversal.objects.visible_to(self.user)
        return rows.select_related("store", "redeemed_store").prefetch_related("acts")

    def found(self, pk: int) -> Reversal:
        """Raises Http404 for another store's."""
        return get_object_or_404(self.reversals(), pk=pk)

    def ended(self, reversal: Reversal, *, status: int = 200) -> Response:
        """How it stands after an act, read anew."""
        rows = Reversal.objects.select_related("store").prefetch_related("acts")
        data = told.reversal_as_json(rows.get(pk=reversal.pk))
        url = reverse("points_api:reversal", args=[reversal.pk])
        return answered(data, url, status=status)


class Reversals(OfReversing):
    """Reversals."""

    writes = ("POST",)

    @extend_schema(
        operation_id="reversals",
        parameters=[OpenApiParameter("state", str, enum=State.values), *PAGING],
        responses={200: told.ReversalPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """What this key asked back, what it may decide on and, where it sees customers, all of its stores."""
        rows, state = self.reversals(), request.query_params.get("state", "")
        if state and state not in State.values:
            raise ValidationError({"state": ["There is no such state."]})
        return self.page(rows.filter(state=state) if state else rows, told.reversal_as_json)

    @extend_schema(
        operation_id="reversal_ask",
        request=told.ReversingSerializer,
        responses=dict.fromkeys((201, 202), told.ReversalSerializer),
        examples=[
            OpenApiExample(
                "All of it",
                {
                    "customer_id": 500000012,
                    "redemption_id": "7003",
                    "points": "100",
                    "reason": "Goods came back",
                },
                request_only=True,
            )
        ],
    )
    def post(self, _request: Request) -> Response:
        """Ask for points back: done at once, or it waits for a second person (`state` waiting)."""
        asked = self.given(told.ReversingSerializer)
        self.opened(asked["customer_id"])

        def act(token: UUID, _since: datetime | None) -> Response:
            wanted = WantedReversal(token=token, **asked)
            return self.ended(ask_reversal(actor=self.actor, user=self.user, wanted=wanted), status=201)

        return self.once(act)


class OneReversal(OfReversing):
    """One reversal."""

    permissions = {"GET": REVERSE}

    @extend_schema(operation_id="reversal", responses={200: told.ReversalSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """How it stands. Reading is an entry."""
        found = self.found(pk)
        trace("viewed", found, actor=self.actor)
        return Response(told.reversal_as_json(found))


class Saying(OfReversing):
    """An act on a reversal that takes words only, once."""

    writes = ("POST",)
    service: Callable[..., Reversal]

    def say(self, pk: int, serializer: Any = told.ReversalWordsSerializer) -> Response:
        """Raises Http404 for another store's."""
        found, reason = self.found(pk), self.given(serializer)["reason"]
        service: Any = type(self).service

        def act(_token: UUID, _since: datetime | None) -> Response:
            return self.ended(service(actor=self.actor, user=self.user, reversal=found, reason=reason))

        return self.once(act)


class Approving(Saying):
    """The second person's yes."""

    permissions = {"POST": DECIDE}
    service = staticmethod(approve_reversal)

    @extend_schema(
        operation_id="reversal_approve",
        request=told.ReversalApprovalSerializer,
        responses=ANSWERS,
        examples=[OpenApiExample("Without words", {}, request_only=True)],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Approve: the points go back now. Nobody approves what they or the same hand asked for."""
        return self.say(pk, told.ReversalApprovalSerializer)


class Rejecting(Saying):
    """The second person's no."""

    permissions = {"POST": DECIDE}
    service = staticmethod(reject_reversal)

    @extend_schema(
        operation_id="reversal_reject",
        request=told.ReversalWordsSerializer,
        responses=ANSWERS,
        examples=[WHY],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Reject with a reason; nothing is given back."""
        return self.say(pk)


class Withdrawing(Saying):
    """Taking it back."""

    permissions = {"POST": REVERSE}
    service = staticmethod(withdraw_reversal)

    @extend_schema(
        operation_id="reversal_withdraw",
        request=told.ReversalWordsSerializer,
        responses=ANSWERS,
        examples=[WHY],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Withdraw a reversal of this key that still waits."""
        return self.say(pk)

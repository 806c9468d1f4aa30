"""Goodwill over the API: what may be chosen, a preview, asking, lists, and what whoever asked does with it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import BadInput, Refused
from apps.goodwill.answering import answer, withdraw
from apps.goodwill.api import serializers as told
from apps.goodwill.asking import Wanted, ask
from apps.goodwill.listing import with_life
from apps.goodwill.models import CouponSeries, Decision, GoodwillRequest, Kind, Reason
from apps.goodwill.previewing import preview
from apps.goodwill.states import State
from apps.goodwill.tracing import trace
from apps.staff.api.base import ActingView, answered, number_of
from apps.staff.api.paging import PAGING
from apps.staff.models import Store

ASK, DECIDE = "staff.ask_goodwill", "staff.approve_goodwill"
EITHER = (ASK, DECIDE)
EXAMPLE = {"customer_id": 500000012, "kind": "points", "points": "150", "reason": "late-delivery"}


class OfGoodwill(ActingView):
    """What the addresses of goodwill have in common."""

    sent_as: ClassVar[dict[str, str]] = {**ActingView.sent_as, "amount": "points"}

    def requests(self) -> "QuerySet[GoodwillRequest]":
        """Those this key may see."""
        return with_life(GoodwillRequest.objects.visible_to(self.user))

    def found(self, pk: int) -> GoodwillRequest:
        """Raises Http404 for another store's."""
        return get_object_or_404(self.requests(), pk=pk)

    def decide(
        self, request: GoodwillRequest, verdicts: tuple[str, ...], act: Callable[[], GoodwillRequest]
    ) -> Response:
        """A decision, once. The services know a second press for some minutes only; a call may be repeated for two
        days, so what an earlier try of it has decided is looked for here."""

        def told(_token: UUID, since: datetime | None) -> Response:
            if since is not None and self._is_decided(request, verdicts, since):
                return self.ended(request)
            return self.ended(act())

        return self.once(told)

    def say(
        self, pk: int, verdict: str, service: Callable[..., GoodwillRequest], *, words: str = "reason"
    ) -> Response:
        """A verdict that is nothing but words, which the service takes under this name; once.

        Raises: Http404 for another store's
        """
        found, said = self.found(pk), self.given(told.GoodwillWordsSerializer)["reason"]

        def act() -> GoodwillRequest:
            return service(actor=self.actor, user=self.user, request=found, **{words: said})

        return self.decide(found, (verdict,), act)

    def _is_decided(self, request: GoodwillRequest, verdicts: tuple[str, ...], since: datetime) -> bool:
        made = Decision.objects.filter(request=request, by=self.user, verdict__in=verdicts, at__gte=since)
        return made.exclude(took_effect=False).exists()

    def ended(self, request: GoodwillRequest, *, status: int = 200) -> Response:
        """How it stands after an act: read anew, with all that the sentence needs."""
        data = told.request_as_json(with_life(GoodwillRequest.objects.all()).get(pk=request.pk))
        url = reverse("goodwill_api:request", args=[request.pk])
        return answered(data, url, status=status)


class Choices(OfGoodwill):
    """What may be chosen."""

    permissions = {"GET": ASK}

    @extend_schema(operation_id="goodwill_choices", responses={200: told.ChoicesSerializer})
    def get(self, _request: Request) -> Response:
        """Reasons and coupon series that are offered now."""
        return Response(told.choices_as_json())


class Previews(OfGoodwill):
    """Before asking."""

    permissions = {"POST": ASK}
    in_a_store = ("POST",)

    @extend_schema(
        operation_id="goodwill_preview",
        request=told.PreviewingSerializer,
        responses={200: told.PreviewSerializer},
        examples=[OpenApiExample("Points", {**EXAMPLE, "points": "150"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """What asking would do: who decides, what is left of limits. Changes nothing."""
        asked = self.given(told.PreviewingSerializer)
        store: Store | None = request._request.api_store  # type: ignore[attr-defined]
        if store is None or not self.user.has_perm(ASK, store):
            raise Refused("This key does not ask for goodwill here.")
        self.opened(asked["customer_id"])
        shown = preview(
            user=self.user,
            store=store,
            customer_id=asked["customer_id"],
            kind=asked["kind"],
            amount=asked["points"],
            series=series_of(asked),
            bill=asked["bill"],
        )
        return Response(told.preview_as_json(shown))


class Requests(OfGoodwill):
    """Requests."""

    permissions = {"GET": EITHER, "POST": ASK}
    writes = ("POST",)

    @extend_schema(
        operation_id="goodwill_requests",
        parameters=[
            OpenApiParameter("state", str, enum=State.values),
            OpenApiParameter("customer_id", int),
            *PAGING,
        ],
        responses={200: told.GoodwillRequestPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """What this key asked for and, with a scope that sees customers, all of its stores."""
        rows = self.requests()
        state, customer_id = request.query_params.get("state", ""), number_of(request, "customer_id")
        if state and state not in State.values:
            raise ValidationError({"state": ["There is no such state."]})
        if state:
            rows = rows.filter(state=state)
        if customer_id is not None:
            rows = rows.filter(customer_id=customer_id)
        return self.page(rows, told.request_as_json)

    @extend_schema(
        operation_id="goodwill_ask",
        request=told.AskingSerializer,
        responses=dict.fromkeys((200, 201, 202), told.GoodwillRequestSerializer),
        examples=[OpenApiExample("150 points", EXAMPLE, request_only=True)],
    )
    def post(self, _request: Request) -> Response:
        """Ask for goodwill. Within this key's limit it is approved at once, else a person decides.

        201: it was sent; 200: Capillary did not take it (`outcome` is not_done); 202: not known yet.
        """
        asked = self.given(told.AskingSerializer)
        self.opened(asked["customer_id"])

        def act(token: UUID, _since: datetime | None) -> Response:
            sent = ask(actor=self.actor, user=self.user, wanted=wanted_of(asked, token))
            return self.ended(sent, status=200 if sent.state == State.REFUSED else 201)

        return self.once(act)


class OneRequest(OfGoodwill):
    """One request."""

    permissions = {"GET": EITHER}

    @extend_schema(operation_id="goodwill_request", responses={200: told.GoodwillRequestSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """How it stands. Reading is an entry."""
        found = self.found(pk)
        trace("viewed", found, actor=self.actor)
        return Response(told.request_as_json(found))


class Own(OfGoodwill):
    """What whoever asked does with a request of theirs."""

    permissions = {"POST": ASK}
    writes = ("POST",)


class Withdrawing(Own):
    """Taking it back."""

    @extend_schema(
        operation_id="goodwill_withdraw",
        request=told.GoodwillWordsSerializer,
        responses=dict.fromkeys((200, 202), told.GoodwillRequestSerializer),
        examples=[OpenApiExample("Why", {"reason": "Solved otherwise"}, request_only=True)],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Withdraw a request of this key."""
        return self.say(pk, Decision.Verdict.WITHDRAW, withdraw)


class Answering(Own):
    """Answering a question."""

    @extend_schema(
        operation_id="goodwill_answer",
        request=told.GoodwillWordsSerializer,
        responses=dict.fromkeys((200, 202), told.GoodwillRequestSerializer),
        examples=[OpenApiExample("An answer", {"reason": "The bill is 88012."}, request_only=True)],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Answer the question with which it was sent back."""
        return self.say(pk, Decision.Verdict.ANSWER, answer, words="words")


def wanted_of(asked: dict[str, Any], token: UUID) -> Wanted:
    """What was sent as the service wants it. Raises BadInput (points)."""
    amount = asked["points"]
    if asked["kind"] == Kind.POINTS and amount is None:
        raise BadInput("Write how many points.", field="points")
    return Wanted(
        customer_id=asked["customer_id"],
        kind=asked["kind"],
        amount=amount if amount is not None else Decimal(1),
        reason=Reason.objects.filter(code=asked["reason"]).first(),
        token=token,
        series=series_of(asked),
        reason_words=asked["reason_words"],
        comment=asked["comment"],
        bill=asked["bill"],
        different_matter=asked["different_matter"],
    )


def series_of(asked: dict[str, Any]) -> CouponSeries | None:
    """The series named, None for none."""
    return CouponSeries.objects.filter(outside_id=asked["series"]).first() if asked["series"] else None

"""Deciding on goodwill over the API: the evidence first, then exactly what was seen."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.goodwill import deciding
from apps.goodwill.api import serializers as told
from apps.goodwill.api.views import DECIDE, OfGoodwill
from apps.goodwill.models import Decision, GoodwillRequest
from apps.goodwill.opening import open_evidence

Verdict = Decision.Verdict
ANSWERS: dict[Any, Any] = dict.fromkeys((200, 202), told.GoodwillRequestSerializer)
WHY = OpenApiExample("Why", {"reason": "The parcel came on time."}, request_only=True)


class Deciding(OfGoodwill):
    """For keys that decide."""

    permissions = {"GET": DECIDE, "POST": DECIDE}
    writes: tuple[str, ...] = ("POST",)


class EvidenceOf(Deciding):
    """Before deciding."""

    writes = ()
    in_a_store = ("GET",)

    @extend_schema(operation_id="goodwill_evidence", responses={200: told.EvidenceSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """Everything read anew, and `seen`, which an approval gives back. Opening it is an entry."""
        found = self.found(pk)
        if found.customer_id is not None:
            self.opened(found.customer_id)
        shown = open_evidence(actor=self.actor, user=self.user, request=found)
        return Response(told.evidence_as_json(shown))


class Approving(Deciding):
    """Saying yes."""

    @extend_schema(
        operation_id="goodwill_approve",
        request=told.GoodwillApprovalSerializer,
        responses=ANSWERS,
        examples=[OpenApiExample("What was seen", {"seen": "5f0c…"}, request_only=True)],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Approve, in full or less. Nobody approves what they asked for, nor what the same hand asked for."""
        found, asked = self.found(pk), self.given(told.GoodwillApprovalSerializer)

        def act() -> GoodwillRequest:
            return deciding.approve(
                actor=self.actor,
                user=self.user,
                request=found,
                seen=asked["seen"],
                amount=asked["points"],
                reason=asked["reason"],
            )

        return self.decide(found, (Verdict.APPROVE, Verdict.APPROVE_FIRST), act)


class Rejecting(Deciding):
    """Saying no."""

    @extend_schema(
        operation_id="goodwill_reject",
        request=told.GoodwillWordsSerializer,
        responses=ANSWERS,
        examples=[WHY],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Reject with a reason."""
        return self.say(pk, Verdict.REJECT, deciding.reject)


class SendingBack(Deciding):
    """Asking back."""

    @extend_schema(
        operation_id="goodwill_send_back",
        request=told.GoodwillWordsSerializer,
        responses=ANSWERS,
        examples=[WHY],
    )
    def post(self, _request: Request, pk: int) -> Response:
        """Send it back to whoever asked, with a question."""
        return self.say(pk, Verdict.SEND_BACK, deciding.send_back)

"""Inviting over the API: campaigns, inviting, lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.referrals.api import serializers as told
from apps.referrals.inviting import invite
from apps.referrals.models import Campaign, Invitation
from apps.referrals.tracing import trace
from apps.referrals.wanted import BadRows, Row, WantedInvites
from apps.staff.api.base import ActingView, answered, number_of
from apps.staff.api.paging import PAGING

INVITE = "staff.invite_referrals"


class OfInviting(ActingView):
    """What the addresses of invitations have in common."""

    permissions: dict[str, str | tuple[str, ...]] = {"GET": INVITE}

    def invitations(self) -> "QuerySet[Invitation]":
        """Those this key may see."""
        rows = Invitation.objects.visible_to(self.user)
        return rows.select_related("store").prefetch_related("invitees")


class Campaigns(OfInviting):
    """Campaigns."""

    @extend_schema(operation_id="referral_campaigns", responses={200: told.CampaignSerializer(many=True)})
    def get(self, _request: Request) -> Response:
        """Those people can be invited to now."""
        return Response(list(Campaign.objects.offered().values("token", "title")))


class Invitations(OfInviting):
    """Invitations."""

    permissions = {"GET": INVITE, "POST": INVITE}
    writes = ("POST",)

    @extend_schema(
        operation_id="referral_invitations",
        parameters=[OpenApiParameter("customer_id", int), *PAGING],
        responses={200: told.InvitationPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """What this key invited and, with a scope that sees customers, all of its stores."""
        rows, customer_id = self.invitations(), number_of(request, "customer_id")
        if customer_id is not None:
            rows = rows.filter(customer_id=customer_id)
        return self.page(rows, told.invitation_as_json)

    @extend_schema(
        operation_id="referral_invite",
        request=told.InvitingSerializer,
        responses=dict.fromkeys((200, 201, 202), told.InvitationSerializer),
        examples=[
            OpenApiExample(
                "One friend",
                {
                    "customer_id": 500000012,
                    "friends": [{"name": "Noor Haddad", "contact": "noor.haddad@example.com"}],
                },
                request_only=True,
            )
        ],
    )
    def post(self, _request: Request) -> Response:
        """Invite friends in a customer's name, by one call.

        201: sent, and beside every row what became of it; 200: none of them was taken; 202: not known yet. A row that
        cannot be sent is a problem (`errors` by row), and then nobody was invited.
        """
        asked = self.given(told.InvitingSerializer)
        self.opened(asked["customer_id"])
        rows = tuple(Row(one["name"], one["contact"]) for one in asked["friends"])

        def act(token: UUID, _since: datetime | None) -> Response:
            wanted = WantedInvites(asked["customer_id"], rows, token, asked["campaign"])
            try:
                sent = invite(actor=self.actor, user=self.user, wanted=wanted)
            except BadRows as error:
                return self._bad(error)
            return _ended(sent)

        return self.once(act)

    def _bad(self, error: BadRows) -> Response:
        answer = self.handle_exception(error)
        bad = [one for one in error.checks if not one.ok]
        answer.data["errors"] = {f"friends.{one.row}.{one.field or 'contact'}": [one.message] for one in bad}
        answer.data["outcome"] = "not_done"
        return answer


class OneInvitation(OfInviting):
    """One invitation."""

    @extend_schema(operation_id="referral_invitation", responses={200: told.InvitationSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """How it stands. Reading is an entry."""
        found = get_object_or_404(self.invitations(), pk=pk)
        trace("invitation.viewed", found, actor=self.actor)
        return Response(told.invitation_as_json(found))


def _ended(sent: Invitation) -> Response:
    rows = Invitation.objects.select_related("store").prefetch_related("invitees")
    data: dict[str, Any] = told.invitation_as_json(rows.get(pk=sent.pk))
    url = reverse("referrals_api:invitation", args=[sent.pk])
    return answered(data, url, status=201 if data["outcome"] == "done" else 200)

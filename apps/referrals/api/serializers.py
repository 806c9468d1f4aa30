"""Shapes of invitations, as the API's document tells them. Friends are told by their mask alone."""

from typing import Any

from rest_framework import serializers

from apps.operations.acts.rows import ActState
from apps.referrals.models import Invitation, Invitee
from apps.referrals.models.rules import MOST_ROWS
from apps.referrals.standing import stands
from apps.staff.api.serializers import OUTCOMES, CustomerField, SaidSerializer, Text, moment, said

ENDS = {ActState.DONE.value: "done", ActState.NOT_DONE.value: "not_done"}


class CampaignSerializer(serializers.Serializer[Any]):
    """One that people can be invited to."""

    token = serializers.CharField()
    title = serializers.CharField()


class FriendSerializer(serializers.Serializer[Any]):
    """One person to invite."""

    name = Text(longest=100)
    contact = Text(longest=200, help_text="A mobile with its country code, or an e-mail address.")


class InvitingSerializer(serializers.Serializer[Any]):
    """Whom to invite, in whose name."""

    customer_id = CustomerField()
    campaign = Text(longest=60, required=False, default="", allow_blank=True)
    friends = serializers.ListField(child=FriendSerializer(), min_length=1, max_length=MOST_ROWS)


class InviteeSerializer(serializers.Serializer[Any]):
    """What became of one of them."""

    row = serializers.IntegerField(help_text="Its place in what was sent, from 0.")
    mask = serializers.CharField()
    state = serializers.ChoiceField(choices=Invitee.State.choices)
    text = serializers.CharField(allow_blank=True)
    next_step = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)


class InvitationSerializer(serializers.Serializer[Any]):
    """One invitation with its people."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, help_text="done: some of its rows may have been refused, see there."
    )
    state = serializers.ChoiceField(choices=ActState.choices)
    customer_id = serializers.IntegerField()
    campaign = serializers.CharField(allow_blank=True)
    store = serializers.CharField()
    by = serializers.CharField()
    at = serializers.CharField()
    said = SaidSerializer()
    friends = InviteeSerializer(many=True)


class InvitationPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    items = InvitationSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")


def invitation_as_json(act: Invitation) -> dict[str, Any]:
    """As InvitationSerializer tells it; uses its people."""
    return {
        "id": act.pk,
        "number": act.number,
        "outcome": ENDS.get(act.state, "not_known_yet"),
        "state": act.state,
        "customer_id": act.customer_id,
        "campaign": act.campaign,
        "store": act.store.code,
        "by": act.user_name,
        "at": moment(act.started_at),
        "said": said(stands(act)),
        "friends": [_friend(one) for one in act.invitees.all()],
    }


def _friend(one: Invitee) -> dict[str, Any]:
    return {
        "row": one.position,
        "mask": one.mask,
        "state": one.state,
        "text": one.message,
        "next_step": one.next_step,
        "code": one.code,
    }

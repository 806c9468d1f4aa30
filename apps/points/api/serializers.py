"""Shapes of redemptions and reversals, as the API's document tells them. Customers are told by their id alone."""

from typing import Any

from rest_framework import serializers

from apps.operations.acts.rows import ActState
from apps.points.models import CodeSending, Mode, Redemption, Reversal, State
from apps.points.standing import redemption_stands, reversal_stands
from apps.points.wanted import Checked
from apps.staff.api.serializers import (
    OUTCOMES,
    CustomerField,
    PointsField,
    SaidSerializer,
    Text,
    ToldPoints,
    moment,
    points,
    said,
)

LONGEST_CODE = 40


class CheckingSerializer(serializers.Serializer[Any]):
    """A redemption somebody thinks of."""

    customer_id = CustomerField()
    points = PointsField()
    programme_id = Text(longest=20, required=False, default="", allow_blank=True)
    bill = Text(longest=60, required=False, default="", allow_blank=True)
    purpose = Text(longest=100, required=False, default="", allow_blank=True)
    notes = Text(longest=200, required=False, default="", allow_blank=True)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False, default=Mode.CODE)


class CheckedSerializer(serializers.Serializer[Any]):
    """Whether so many points can be redeemed now. Nothing was changed and nothing sent."""

    redeemable = serializers.BooleanField()
    points = ToldPoints()
    value = ToldPoints(allow_null=True, help_text="Money they are worth.")
    currency = serializers.CharField(allow_blank=True)
    balance_before = ToldPoints(allow_null=True)
    balance_after = ToldPoints(allow_null=True)
    most = ToldPoints(allow_null=True)
    problem = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    next_step = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True, help_text="Capillary's number, where it gave one.")
    sends_to = serializers.ListField(
        child=serializers.CharField(), help_text="Where a code would go, masked."
    )
    modes = serializers.ListField(child=serializers.CharField())


class CodeSerializer(serializers.Serializer[Any]):
    """A one-time code that was sent. The code itself never comes here."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    customer_id = serializers.IntegerField()
    points = ToldPoints()
    sent_to = serializers.ListField(child=serializers.CharField(), help_text="Masked.")
    at = serializers.CharField()


class RedeemingSerializer(CheckingSerializer):
    """A redemption. ``code`` is what the customer read out: it is kept nowhere and logged nowhere."""

    code = Text(longest=LONGEST_CODE, required=False, default="", allow_blank=True, write_only=True)


class RedemptionSerializer(serializers.Serializer[Any]):
    """One redemption, as it stands."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    state = serializers.ChoiceField(choices=ActState.choices)
    customer_id = serializers.IntegerField()
    points = ToldPoints()
    value = ToldPoints(allow_null=True)
    balance_after = ToldPoints(allow_null=True)
    bill = serializers.CharField(allow_blank=True)
    mode = serializers.ChoiceField(choices=Mode.choices)
    store = serializers.CharField()
    by = serializers.CharField()
    at = serializers.CharField()
    outside_id = serializers.CharField(allow_blank=True, help_text="Capillary's id of it.")
    said = SaidSerializer()


class RedemptionPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    items = RedemptionSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")


class ReversingSerializer(serializers.Serializer[Any]):
    """Points of one redemption that are to go back."""

    customer_id = CustomerField()
    redemption_id = Text(
        longest=40, help_text="As redeeming answered it (outside_id), or as Capillary lists it."
    )
    points = PointsField()
    reason = Text(longest=200)


class ReversalSerializer(serializers.Serializer[Any]):
    """One reversal, as it stands."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, help_text="Of the last act on it.")
    state = serializers.ChoiceField(choices=State.choices)
    customer_id = serializers.IntegerField()
    redemption_id = serializers.CharField()
    points = ToldPoints()
    points_given = ToldPoints(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    why = serializers.ListField(child=serializers.CharField(), help_text="Why a second person decides.")
    store = serializers.CharField()
    by = serializers.CharField()
    at = serializers.CharField()
    said = SaidSerializer()


class ReversalPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    items = ReversalSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")


class ReversalApprovalSerializer(serializers.Serializer[Any]):
    """A second person's yes."""

    reason = Text(longest=200, required=False, default="", allow_blank=True)


class ReversalWordsSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = Text(longest=200)


def checked_as_json(found: Checked) -> dict[str, Any]:
    """As CheckedSerializer tells it."""
    return {
        "redeemable": found.redeemable,
        "points": points(found.points),
        "value": points(found.value),
        "currency": found.currency,
        "balance_before": points(found.balance_before),
        "balance_after": points(found.balance_after),
        "most": points(found.most),
        "problem": found.problem,
        "field": found.field,
        "next_step": found.next_step,
        "code": found.code,
        "sends_to": list(found.sends_to),
        "modes": list(found.modes),
    }


def code_as_json(sending: CodeSending) -> dict[str, Any]:
    """As CodeSerializer tells it."""
    Outcome = CodeSending.Outcome
    ends = {Outcome.SENT: "done", Outcome.NOT_SENT: "not_done"}
    return {
        "outcome": ends.get(Outcome(sending.outcome), "not_known_yet"),
        "customer_id": sending.customer_id,
        "points": points(sending.points),
        "sent_to": list(sending.sent_to),
        "at": moment(sending.at),
    }


def redemption_as_json(act: Redemption) -> dict[str, Any]:
    """As RedemptionSerializer tells it."""
    return {
        "id": act.pk,
        "number": act.number,
        "outcome": outcome_of(act.state),
        "state": act.state,
        "customer_id": act.customer_id,
        "points": points(act.moved),
        "value": points(act.value),
        "balance_after": points(act.balance_after),
        "bill": act.bill,
        "mode": act.mode,
        "store": act.store.code,
        "by": act.user_name,
        "at": moment(act.started_at),
        "outside_id": act.outside_id or act.listed_id,
        "said": said(redemption_stands(act)),
    }


def reversal_as_json(reversal: Reversal) -> dict[str, Any]:
    """As ReversalSerializer tells it; uses its acts."""
    open_act = reversal.open_act
    outcome = "not_done" if reversal.state == State.REFUSED else "done"
    return {
        "id": reversal.pk,
        "number": reversal.number,
        "outcome": "not_known_yet" if open_act else outcome,
        "state": reversal.state,
        "customer_id": reversal.customer_id,
        "redemption_id": reversal.redemption_id,
        "points": points(reversal.points),
        "points_given": points(reversal.given),
        "reason": reversal.reason,
        "why": [one["words"] for one in reversal.why],
        "store": reversal.store.code,
        "by": reversal.user_name,
        "at": moment(reversal.asked_at),
        "said": said(reversal_stands(reversal)),
    }


def outcome_of(state: str) -> str:
    """Of an act's row."""
    return {ActState.DONE.value: "done", ActState.NOT_DONE.value: "not_done"}.get(state, "not_known_yet")

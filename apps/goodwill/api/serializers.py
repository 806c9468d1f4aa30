"""Shapes of goodwill, as the API's document tells them. Customers are told by their id alone."""

from typing import Any

from rest_framework import serializers

from apps.goodwill.models import CouponSeries, GoodwillRequest, Kind, Reason
from apps.goodwill.opening import Evidence
from apps.goodwill.previewing import Preview
from apps.goodwill.states import State
from apps.goodwill.telling import told as told_of
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


class ChoiceSerializer(serializers.Serializer[Any]):
    """One that is offered."""

    code = serializers.CharField()
    title = serializers.CharField()
    needs_words = serializers.BooleanField(required=False)


class ChoicesSerializer(serializers.Serializer[Any]):
    """What may be chosen when goodwill is asked for."""

    reasons = ChoiceSerializer(many=True)
    series = ChoiceSerializer(many=True)


class PreviewingSerializer(serializers.Serializer[Any]):
    """What somebody thinks of asking for."""

    customer_id = CustomerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    points = PointsField(required=False, allow_null=True, default=None)
    series = Text(longest=40, required=False, default="", help_text="Code of a coupon series.")
    bill = Text(longest=60, required=False, default="", allow_blank=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What asking would do. Nothing was asked outside."""

    within_authority = serializers.BooleanField(help_text="It would be approved at once.")
    decided_by = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField(), help_text="Why a person has to decide.")
    limit_left = ToldPoints(allow_null=True)
    budget_left = ToldPoints(allow_null=True)
    duplicates = serializers.IntegerField(help_text="Goodwill of this customer that looks the same.")
    off = serializers.CharField(allow_blank=True, help_text="Why none can be asked for now.")


class AskingSerializer(PreviewingSerializer):
    """What is asked for."""

    reason = Text(longest=40, help_text="Code of a reason.")
    reason_words = Text(longest=200, required=False, default="", allow_blank=True)
    comment = Text(longest=1000, required=False, default="", allow_blank=True)
    different_matter = serializers.BooleanField(
        required=False,
        default=False,
        help_text="You have seen what looks the same, and this is another matter.",
    )


class GoodwillRequestSerializer(serializers.Serializer[Any]):
    """One request for goodwill, as it stands."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, help_text="Of the last act on it.")
    state = serializers.ChoiceField(choices=State.choices)
    customer_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=Kind.choices)
    points = ToldPoints(allow_null=True, help_text="Asked for; 1 of a coupon.")
    points_approved = ToldPoints(allow_null=True)
    series = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    store = serializers.CharField(allow_blank=True)
    asked_by = serializers.CharField(allow_blank=True)
    asked_at = serializers.CharField()
    due_at = serializers.CharField(allow_null=True)
    outside_id = serializers.CharField(allow_blank=True, help_text="Capillary's request id.")
    said = SaidSerializer()


class GoodwillRequestPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    items = GoodwillRequestSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")


class EvidenceSerializer(serializers.Serializer[Any]):
    """What is true now. ``seen`` names exactly these facts: an approval with it holds for nothing else."""

    request = GoodwillRequestSerializer()
    seen = serializers.CharField(allow_blank=True, help_text="Empty while the facts cannot be read.")
    balance = ToldPoints(allow_null=True)
    tier = serializers.CharField(allow_blank=True)
    changes = serializers.IntegerField(help_text="How many facts changed since it was asked.")
    duplicates = serializers.IntegerField()
    most = ToldPoints(allow_null=True, help_text="The most this key may approve; null without a bound.")
    approvals_needed = serializers.IntegerField()
    refusal = serializers.CharField(allow_blank=True, help_text="Why this key may not decide.")
    unread = serializers.CharField(allow_blank=True, help_text="Why the facts cannot be read.")


class GoodwillApprovalSerializer(serializers.Serializer[Any]):
    """An approval."""

    points = PointsField(required=False, allow_null=True, default=None, help_text="Less than asked for.")
    seen = Text(longest=80, required=False, default="", allow_blank=True, help_text="Of the evidence.")
    reason = Text(longest=300, required=False, default="", allow_blank=True)


class GoodwillWordsSerializer(serializers.Serializer[Any]):
    """Why, or what is asked or answered: others read it."""

    reason = Text(longest=300)


def request_as_json(request: GoodwillRequest) -> dict[str, Any]:
    """As GoodwillRequestSerializer tells it; uses acts and decisions."""
    stands = told_of(request)
    return {
        "id": request.pk,
        "number": request.number,
        "outcome": outcome_of(request),
        "state": request.state,
        "customer_id": request.customer_id,
        "kind": request.kind,
        "points": points(request.amount),
        "points_approved": points(request.approved_amount),
        "series": request.series.outside_id if request.series else "",
        "reason": request.reason_words,
        "store": request.store.code if request.store else "",
        "asked_by": request.requester_name,
        "asked_at": moment(request.asked_at) or "",
        "due_at": moment(request.due_at),
        "outside_id": request.outside_id,
        "said": said(stands),
    }


def outcome_of(request: GoodwillRequest) -> str:
    """Of the last act on it."""
    if request.open_act is not None:
        return "not_known_yet"
    return "not_done" if request.state == State.REFUSED else "done"


def choices_as_json() -> dict[str, Any]:
    """As ChoicesSerializer tells them."""
    return {
        "reasons": [
            {"code": one.code, "title": one.title, "needs_words": one.needs_words}
            for one in Reason.objects.offered()
        ],
        "series": [{"code": one.outside_id, "title": one.name} for one in CouponSeries.objects.offered()],
    }


def preview_as_json(shown: Preview) -> dict[str, Any]:
    """As PreviewSerializer tells it."""
    return {
        "within_authority": shown.within_authority,
        "decided_by": str(shown.decided_by),
        "why": [one["words"] for one in shown.why],
        "limit_left": points(shown.limit.request),
        "budget_left": points(shown.budget.left),
        "duplicates": len(shown.duplicates),
        "off": shown.off,
    }


def evidence_as_json(found: Evidence) -> dict[str, Any]:
    """As EvidenceSerializer tells it."""
    return {
        "request": request_as_json(found.request),
        "seen": found.fingerprint,
        "balance": points(found.before),
        "tier": found.facts.tier,
        "changes": len(found.changes),
        "duplicates": len(found.duplicates),
        "most": points(found.most),
        "approvals_needed": found.approvals_needed,
        "refusal": str(found.refusal or found.no_second),
        "unread": found.unread,
    }

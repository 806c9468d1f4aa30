"""Shapes of customers, as the API's document tells them. Identifiers are masked in all but one."""

from typing import Any

from rest_framework import serializers

from apps.capillary.types_customer import Customer
from apps.core.masking import mask
from apps.customers.kinds import CODES
from apps.customers.models import NoteAct
from apps.customers.note_text import LONGEST
from apps.customers.outcomes import Found, Outcome, Several
from apps.customers.panels.header import name_of
from apps.customers.panels.identifiers import Known, identifiers_of
from apps.customers.panels.words import tidy_word
from apps.customers.several import Row
from apps.customers.telling import silent_places, told
from apps.staff.api.serializers import OUTCOMES, SaidSerializer, Text, ToldPoints, moment, points

FOUND = [("one", "One customer."), ("several", "Several."), ("none", "None.")]
NOTE_OUTCOMES = {
    NoteAct.State.DONE: "done",
    NoteAct.State.NOT_DONE: "not_done",
}


class LookupSerializer(serializers.Serializer[Any]):
    """Whom to look for. In the body, so that no identifier stands in an address or a log."""

    q = Text(longest=200, help_text="Any identifier, internal id or name.")
    kind = serializers.ChoiceField(
        choices=CODES, required=False, default="", help_text="What q is; left out, it is worked out."
    )
    source = Text(  # type: ignore[assignment]
        longest=80, required=False, default="", help_text="A source, or ALL."
    )
    account = Text(longest=80, required=False, default="")


class MatchSerializer(serializers.Serializer[Any]):
    """One of those found."""

    customer_id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True, help_text="Masked but for what was asked with.")
    found_by = serializers.CharField(allow_blank=True, help_text="What matched, masked.")
    tier = serializers.CharField(allow_blank=True)
    merged = serializers.BooleanField()
    opens_for_a_reason = serializers.BooleanField()


class FoundSerializer(serializers.Serializer[Any]):
    """What a look-up came to."""

    found = serializers.ChoiceField(choices=FOUND)
    total = serializers.IntegerField()
    customers = MatchSerializer(many=True)
    text = serializers.CharField(allow_blank=True, help_text="Of none: what was tried, in words.")
    unanswered = serializers.ListField(
        child=serializers.CharField(), help_text="Places that did not answer, so nobody can say."
    )


class IdentifierSerializer(serializers.Serializer[Any]):
    """One identifier, masked."""

    field = serializers.CharField(help_text="What to ask for it in clear by.")
    kind = serializers.CharField()
    mask = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    account = serializers.CharField(allow_blank=True)


class CustomerSerializer(serializers.Serializer[Any]):
    """One customer."""

    customer_id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    tier = serializers.CharField(allow_blank=True)
    points = ToldPoints(allow_null=True)
    loyalty_type = serializers.CharField(allow_blank=True)
    merged_into = serializers.IntegerField(allow_null=True)
    identifiers = IdentifierSerializer(many=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = Text(longest=300)


class OpenedSerializer(serializers.Serializer[Any]):
    """Until when the customer is open to this key; null where no reason was needed."""

    customer_id = serializers.IntegerField()
    until = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)


class RevealSerializer(serializers.Serializer[Any]):
    """Which field, and why."""

    field = Text(longest=120)
    reason = Text(longest=300)


class RevealedSerializer(serializers.Serializer[Any]):
    """One identifier in clear. It is kept nowhere: neither here nor with an Idempotency-Key."""

    field = serializers.CharField()
    kind = serializers.CharField()
    value = serializers.CharField()


class NewNoteSerializer(serializers.Serializer[Any]):
    """A note."""

    text = Text(longest=LONGEST)


class NoteSerializer(serializers.Serializer[Any]):
    """What became of a note; its text is not repeated."""

    reference = serializers.CharField()
    customer_id = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    said = SaidSerializer()
    at = serializers.CharField()


def found_as_json(outcome: Outcome, rows: list[Row], *, source: str, account: str) -> dict[str, Any]:
    """As FoundSerializer tells it. rows: of several, masked."""
    if isinstance(outcome, Found):
        match = outcome.match
        by = f"{match.found_as.kind.label} {match.found_as.masked}" if match.found_as else ""
        one = _match(match.customer_id, found_by=by, merged=match.merged)
        return {"found": "one", "total": 1, "customers": [one], "text": "", "unanswered": []}
    if isinstance(outcome, Several):
        return {
            "found": "several",
            "total": outcome.total,
            "customers": [
                _match(
                    one.customer_id,
                    name=one.name,
                    found_by=one.matched,
                    tier=one.tier,
                    merged=one.merged,
                    opens_for_a_reason=one.protected,
                )
                for one in rows
            ],
            "text": "",
            "unanswered": [str(one) for one in silent_places(outcome.failed)],
        }
    none = told(outcome, source=source, account=account)
    return {
        "found": "none",
        "total": 0,
        "customers": [],
        "text": f"{none.heading} {none.tried}".strip(),
        "unanswered": [str(one) for one in none.unanswered],
    }


def customer_as_json(customer: Customer, asked: int) -> dict[str, Any]:
    """As CustomerSerializer tells it."""
    balance = customer.points
    return {
        "customer_id": asked,
        "name": name_of(customer),
        "tier": tidy_word(balance.tier) if balance else "",
        "points": points(balance.available) if balance else None,
        "loyalty_type": customer.loyalty_type,
        "merged_into": customer.id if customer.id != asked else None,
        "identifiers": [_identifier(one) for one in identifiers_of(customer)],
    }


def note_as_json(act: NoteAct) -> dict[str, Any]:
    """As NoteSerializer tells it."""
    return {
        "reference": act.reference,
        "customer_id": act.customer_id,
        "outcome": NOTE_OUTCOMES.get(NoteAct.State(act.state), "not_known_yet"),
        "said": {
            "text": str(NoteAct.State(act.state).label),
            "next_step": "",
            "code": act.code,
            "request_id": act.request_id,
        },
        "at": moment(act.created_at),
    }


def _identifier(one: Known) -> dict[str, str]:
    return {
        "field": one.key,
        "kind": one.kind,
        "mask": mask(one.masks_as, one.value),
        "source": one.source,
        "account": one.account,
    }


def _match(customer_id: int, **values: Any) -> dict[str, Any]:
    empty = {"name": "", "found_by": "", "tier": "", "merged": False, "opens_for_a_reason": False}
    return {"customer_id": customer_id, **empty, **values}

"""Customers over the API: look up, read, open for a reason, read one field in clear; notes."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.services import record
from apps.capillary.errors import CustomerNotFound
from apps.capillary.resources import customers
from apps.customers.api import serializers as told
from apps.customers.find import find_customer
from apps.customers.glass import break_glass, glass_of
from apps.customers.models import NoteAct
from apps.customers.notes import add_note
from apps.customers.outcomes import Several
from apps.customers.revealing import reveal_field
from apps.customers.several import rows_of
from apps.customers.views.moved import found_nobody
from apps.staff.api.base import ActingView, answered
from apps.staff.api.serializers import MOST_ID
from apps.staff.connection import client_for

SEES = "staff.view_customers"
# What the head of the page asks for.
EMBED = ("points",)


class OfCustomer(ActingView):
    """An address of one customer: they are open to this key before anything is said of them."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ids no customer can have are nobody's."""
        super().initial(request, *args, **kwargs)
        if not 0 < kwargs["customer_id"] <= MOST_ID:
            raise Http404


class Lookup(ActingView):
    """Looking up."""

    permissions = {"POST": SEES}
    in_a_store = ("POST",)
    sent_as: ClassVar[dict[str, str]] = {"identifier": "q"}

    @extend_schema(
        operation_id="customers_lookup",
        request=told.LookupSerializer,
        responses={200: told.FoundSerializer},
        examples=[OpenApiExample("By mobile", {"q": "+91 55599 00001"}, request_only=True)],
    )
    @sensitive_variables("asked")
    def post(self, _request: Request) -> Response:
        """Find a customer by any identifier. It changes nothing, so it needs no Idempotency-Key."""
        asked = self.given(told.LookupSerializer)
        where = {"source": asked["source"], "account": asked["account"]}
        outcome = find_customer(actor=self.actor, typed=asked["q"], kind=asked["kind"], **where)
        rows = rows_of(self.actor, outcome, asked["q"]) if isinstance(outcome, Several) else []
        return Response(told.found_as_json(outcome, rows, **where))


class OneCustomer(OfCustomer):
    """One customer."""

    permissions = {"GET": SEES}
    in_a_store = ("GET",)

    @extend_schema(operation_id="customer", responses={200: told.CustomerSerializer})
    def get(self, _request: Request, customer_id: int) -> Response:
        """Name, tier, points and what they are known by, masked. Reading is an entry first."""
        record("customer.viewed", actor=self.actor, customer=str(customer_id), details={"part": "api"})
        self.opened(customer_id)
        try:
            found = client_for(self.actor).send(customers.get(customer_id=customer_id, embed=EMBED))
        except CustomerNotFound:
            found_nobody(self.actor, customer_id, "api")
            raise
        if found.id != customer_id:
            # Of a merged account the one that is left may be answered, who may need a reason of their own.
            record("customer.viewed", actor=self.actor, customer=str(found.id), details={"part": "api"})
            self.opened(found.id)
        return Response(told.customer_as_json(found, customer_id))


class Opening(OfCustomer):
    """Protected customers."""

    permissions = {"POST": SEES}
    writes = ("POST",)

    @extend_schema(
        operation_id="customer_open",
        request=told.ReasonSerializer,
        responses={200: told.OpenedSerializer},
        examples=[OpenApiExample("Why", {"reason": "Ticket 4417: the bill of May"}, request_only=True)],
    )
    def post(self, _request: Request, customer_id: int) -> Response:
        """Open a protected customer for this key, for half an hour and for a reason others read."""
        reason = self.given(told.ReasonSerializer)["reason"]

        def act(_token: UUID, _since: datetime | None) -> Response:
            glass = glass_of(actor=self.actor, user=self.user, customer_id=customer_id)
            until = glass.until
            if glass.is_closed:
                opened = break_glass(actor=self.actor, customer_id=customer_id, why=glass.why, reason=reason)
                until = opened.expires_at
            when = until.isoformat() if until else None
            return Response({"customer_id": customer_id, "until": when, "outcome": "done"})

        return self.once(act)


class Revealing(OfCustomer):
    """Identifiers in clear."""

    permissions = {"POST": "staff.reveal_identifiers"}
    in_a_store = ("POST",)

    @extend_schema(
        operation_id="customer_reveal",
        request=told.RevealSerializer,
        responses={200: told.RevealedSerializer},
        examples=[
            OpenApiExample(
                "The first mobile", {"field": "INSTORE..mobile.1", "reason": "Call back"}, request_only=True
            )
        ],
    )
    @sensitive_variables("found")
    def post(self, _request: Request, customer_id: int) -> Response:
        """One identifier in clear, with a reason; every time an entry. Never kept, so without an Idempotency-Key."""
        asked = self.given(told.RevealSerializer)
        self.opened(customer_id)
        found = reveal_field(actor=self.actor, customer_id=customer_id, **asked).known
        return Response({"field": found.key, "kind": found.kind, "value": found.value})


class Notes(OfCustomer):
    """Notes."""

    permissions = {"POST": "staff.add_notes"}
    writes = ("POST",)

    @extend_schema(
        operation_id="customer_note_add",
        request=told.NewNoteSerializer,
        responses={200: told.NoteSerializer, 201: told.NoteSerializer, 202: told.NoteSerializer},
        examples=[OpenApiExample("A note", {"text": "Asked for the bill of May."}, request_only=True)],
    )
    def post(self, _request: Request, customer_id: int) -> Response:
        """Add a note, once."""
        text = self.given(told.NewNoteSerializer)["text"]
        self.opened(customer_id)

        def act(token: UUID, _since: datetime | None) -> Response:
            return _noted(add_note(actor=self.actor, customer_id=customer_id, text=text, token=token))

        return self.once(act)


class OneNote(OfCustomer):
    """What became of a note."""

    permissions = {"GET": "staff.add_notes"}

    @extend_schema(operation_id="customer_note", responses={200: told.NoteSerializer})
    def get(self, _request: Request, customer_id: int, reference: str) -> Response:
        """How a note of this key stands."""
        act = NoteAct.objects.filter(
            customer_id=customer_id, reference=reference, user__in=[self.user.pk]
        ).first()
        if act is None:
            raise Http404
        return Response(told.note_as_json(act))


def _noted(act: NoteAct) -> Response:
    data = told.note_as_json(act)
    url = reverse("customers_api:note", args=[act.customer_id, act.reference])
    return answered(data, url, status=201 if data["outcome"] == "done" else 200)

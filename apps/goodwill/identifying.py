"""Finds out who the customer of a request made elsewhere is: lists of the outside do not tell the id."""

from apps.audit.actor import Actor
from apps.capillary.ratelimit import Lane
from apps.capillary.resources import customers
from apps.goodwill.models import GoodwillRequest
from apps.staff.connection import client_for

NAMES = {"mobile", "email", "externalId"}


def identify(*, actor: Actor, request: GoodwillRequest, lane: Lane = "people") -> None:
    """Fill in customer_id where it is missing and can be looked up. Raises CapillaryError."""
    name, _equals, value = request.handle.partition("=")
    if request.customer_id is not None or name not in NAMES or not value:
        return
    call = customers.lookup(source="INSTORE", identifier_name=name, identifier_value=value)
    request.customer_id = client_for(actor, lane=lane).send(call)
    GoodwillRequest.objects.filter(pk=request.pk, customer_id=None).update(customer_id=request.customer_id)

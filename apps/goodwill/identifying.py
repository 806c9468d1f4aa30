"""Finds out who the customer of a request made elsewhere is: lists of the outside do not tell the id."""

from apps.audit.actor import Actor
from apps.capillary.ratelimit import Lane
from apps.capillary.resources import customers
from apps.goodwill.models import GoodwillRequest
from apps.staff.connection import client_for

NAMES = {"mobile", "email", "externalId"}


def identify(*, actor: Actor, request: GoodwillRequest, lane: Lane = "people") -> None:
    """Fill in customer_id where it is missing and can be looked up. Raises CapillaryError."""
    handle = request.handle
    if request.customer_id is not None or handle.name not in NAMES or not handle:
        return
    call = customers.lookup(
        source=handle.source,
        account_id=handle.account_id,
        identifier_name=handle.name,
        identifier_value=handle.value,
    )
    request.customer_id = client_for(actor, lane=lane).send(call)
    GoodwillRequest.objects.filter(pk=request.pk, customer_id=None).update(customer_id=request.customer_id)

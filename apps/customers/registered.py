"""Where a customer is registered, as Capillary tells it, and whether that is a store of this person."""

from typing import Final

from django.conf import settings
from django.core.cache import cache

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError, CustomerMerged, CustomerNotFound
from apps.capillary.resources import customers
from apps.capillary.types_customer import Customer
from apps.staff.connection import client_for
from apps.staff.models import User
from apps.staff.stores import stores_of

# The code of a till says nothing about a person, and a customer keeps it.
KEPT_SECONDS = 12 * 3600
NOT_READ: Final = None


def is_elsewhere(*, actor: Actor, user: User, customer_id: int) -> bool | None:
    """Whether the customer is registered in a store that is none of the person's; NOT_READ when nobody can tell.

    A customer without a store is everybody's. One who was merged or is not there is told so by the page.
    Raises: TraceUnavailable
    """
    stores = stores_of(user)
    if any(store.code in settings.CONSOLE_BREAK_GLASS_SERVE_ALL for store in stores):
        return False
    code = _code(actor, customer_id)
    if not code:
        return NOT_READ if code is None else False
    mine = {name.casefold() for one in stores for name in (one.code, one.till_code, *one.all_external_ids)}
    return code.casefold() not in mine


def _code(actor: Actor, customer_id: int) -> str | None:
    """The till or store, empty for none, None when it could not be read. At most one call."""
    key = f"customers.registered.{customer_id}"
    kept: str | None = cache.get(key)
    if kept is not None:
        return kept
    try:
        told = client_for(actor).send(customers.get(customer_id=customer_id, embed=()))
    except (CustomerNotFound, CustomerMerged):
        return ""
    except CapillaryError:
        return None
    if told.id != customer_id:
        return ""
    code = code_of(told)
    cache.set(key, code, KEPT_SECONDS)
    return code


def code_of(customer: Customer) -> str:
    """The code of the till (or store) that registered them: of the programme, else of a profile."""
    made = [customer.attribution, *(one.attribution for one in customer.profiles)]
    return next((one.created_by.code for one in made if one.created_by and one.created_by.code), "")

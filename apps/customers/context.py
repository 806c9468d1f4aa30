"""The customers a person has open, for the side bar of every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from apps.customers.recent import Recent, recent_customers
from apps.staff.actors import session_mark

SHOWN = 5


@dataclass(frozen=True, slots=True)
class OpenCustomer:
    """One link of the side bar: the name, which may run from right to left, and the last signs beside it."""

    name: str
    tail: str
    url: str
    verified: bool
    current: bool


def open_customers(request: HttpRequest) -> dict[str, Any]:
    """``open_customers``: at most one query, and none when signed out or not allowed to see customers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.has_perm("staff.view_customers"):
        return {"open_customers": []}
    return {"open_customers": SimpleLazyObject(lambda: list(_links(request)))}


def recent_of(request: HttpRequest) -> list[Recent]:
    """The list of this request's person, asked for once per request and shared by page and side bar."""
    if not hasattr(request, "_recent_customers"):
        request._recent_customers = recent_customers(  # type: ignore[attr-defined]
            request.user.pk or 0, session_mark(request)
        )
    found: list[Recent] = request._recent_customers  # type: ignore[attr-defined]
    return found


def _links(request: HttpRequest) -> Iterator[OpenCustomer]:
    match = request.resolver_match
    here = match.kwargs.get("customer_id") if match else None
    for row in recent_of(request)[:SHOWN]:
        name = row.name or _("Customer %(id)s") % {"id": row.customer_id}
        yield OpenCustomer(
            name=name,
            tail=row.tail,
            url=reverse("customers:customer", args=[row.customer_id]),
            verified=row.verified_as != "not_verified",
            current=here == row.customer_id,
        )

"""v2: find a customer, show a customer."""

from itertools import islice
from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.errors import Refusal, v2_problem
from apps.sandbox.api.identifiers import find, place_of
from apps.sandbox.api.paging import window
from apps.sandbox.api.v2_points import EMBEDS
from apps.sandbox.api.v2_profile import customer_shape
from apps.sandbox.control import switches
from apps.sandbox.models import Customer, Identifier, Profile

# These two calls list fewer sources than the rest of the reference; wider values are served all the same,
# because other pages of it show them.
_SEARCH_DEPTH = 2000


def customer_or_refusal(customer_id: int) -> Customer:
    """The customer with this internal id. Raises Refusal 8015."""
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise Refusal(8015)
    return customer


def unmerged(request: Request, customer_id: int) -> tuple[Customer, list[dict[str, Any]]]:
    """The customer, or for a merged one 8069, or its survivor with warning 91009 (switch merged)."""
    customer = customer_or_refusal(customer_id)
    survivor_id = customer.merged_into_id
    if survivor_id is None:
        return customer, []
    if switches.of(request).merged == "survivor":
        return customer_or_refusal(survivor_id), [v2_problem(91009)]
    raise Refusal(8069, f"Customer {customer_id} is merged into another account, survivor is {survivor_id}")


def customer_from_lookup(request: Request) -> int:
    """The id that source, accountId, identifierName and identifierValue lead to."""
    query = request.query_params
    if query.get("source") in switches.of(request).sources_off.split(","):
        raise Refusal(8012)
    place = place_of(query.get("source"), query.get("accountId"))
    return find(query.get("identifierName", ""), query.get("identifierValue", ""), place)


class LookupView(APIView):
    """GET /v2/customers/lookup → {entity, warnings}."""

    def get(self, request: Request) -> Response:
        """The bare id."""
        return Response({"entity": customer_from_lookup(request), "warnings": []})


class DetailsView(APIView):
    """GET /v2/customers/{id} and /v2/customers/lookup/customerDetails."""

    def get(self, request: Request, customer_id: int | None = None) -> Response:
        """Profiles of the source asked for, with embeds."""
        place = place_of(request.query_params.get("source", "INSTORE"), request.query_params.get("accountId"))
        customer, warnings = unmerged(request, customer_id or customer_from_lookup(request))
        profiles = [
            profile
            for profile in customer.profiles.prefetch_related("identifiers").order_by("id")
            if place.source == "ALL"
            or (profile.source, profile.account_id) == (place.source, place.account_id)
        ]
        if not profiles:
            raise Refusal(8065)
        shape = customer_shape(customer, profiles)
        for name in filter(None, request.query_params.get("embed", "").split(",")):
            if name.strip() in EMBEDS:
                shape |= EMBEDS[name.strip()](customer)
        return Response({**shape, "warnings": warnings})


class SearchView(APIView):
    """GET /v2/customers/search?q=: the start of a name or of any identifier."""

    def get(self, request: Request) -> Response:
        """A page of customers with what matched."""
        text = request.query_params.get("q", "").strip().casefold()
        if not text:
            raise Refusal(400, "q is needed")
        limit, offset = window(request, default=10)
        matches = _matches(text)
        rows = list(islice(matches.items(), offset, offset + limit))
        names = _profiles_of([customer_id for customer_id, _ in rows])
        return Response(
            {
                "pagination": {"limit": limit, "offset": offset, "total": len(matches)},
                "data": [_row(customer_id, matched, names) for customer_id, matched in rows],
                "warnings": [],
                "errors": [],
            }
        )


def _matches(text: str) -> dict[int, list[dict[str, str]]]:
    """Customer ids in order of id, with what matched; a range reads the index where LIKE would not."""
    end = text + "\U0010ffff"
    found: dict[int, list[dict[str, str]]] = {}

    def add(customer_id: int, kind: str, value: str, source: str, account_id: str) -> None:
        match = {"idType": kind, "idValue": value, "source": source, "accountId": account_id}
        found.setdefault(customer_id, []).append(match)

    for field, kind in (("first", "firstName"), ("last", "lastName")):
        names = Profile.objects.filter(**{f"{field}_key__gte": text, f"{field}_key__lt": end})
        columns = ("customer_id", f"{field}_name", "source", "account_id")
        for customer_id, value, source, account_id in names.values_list(*columns)[:_SEARCH_DEPTH]:
            add(customer_id, kind, value, source, account_id)
    identifiers = Identifier.objects.filter(key__gte=text, key__lt=end)
    for row in identifiers.values_list("customer_id", "kind", "value", "source", "account_id")[
        :_SEARCH_DEPTH
    ]:
        add(*row)
    return dict(sorted(found.items()))


def _profiles_of(ids: list[int]) -> dict[int, list[Profile]]:
    people = Customer.objects.filter(id__in=ids).prefetch_related(
        Prefetch("profiles", queryset=Profile.objects.order_by("id"))
    )
    return {customer.id: list(customer.profiles.all()) for customer in people}


def _row(customer_id: int, matched: list[dict[str, str]], names: dict[int, list[Profile]]) -> dict[str, Any]:
    return {
        "userId": customer_id,
        "matchedIdentifiers": matched,
        "profiles": [
            {"source": profile.source, "firstName": profile.first_name, "lastName": profile.last_name}
            for profile in names[customer_id]
        ],
    }

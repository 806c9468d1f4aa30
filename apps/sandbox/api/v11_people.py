"""v1.1: names and identifiers of customers, read for a whole page at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from apps.sandbox.models import Customer, Identifier, Profile

# v1.1 and v2 name the same state differently.
FRAUD = {"NOT_FRAUD": "NONE"}


def person(customer: Customer) -> dict[str, str]:
    """Names and identifiers as v1.1 shows them; a missing external id is the word None."""
    return people([customer])[customer.id]


def people(customers: Iterable[Customer]) -> dict[int, dict[str, str]]:
    """The same for many, by customer id, with two queries."""
    ids = {customer.id for customer in customers}
    profiles, values = _profiles(ids), _identifiers(ids)
    return {number: _shape(profiles.get(number), values[number]) for number in ids}


def requesters(customers: Iterable[Customer]) -> dict[int, dict[str, Any]]:
    """As the request calls show them: nothing for a missing external id, and the fraud status."""
    known = {customer.id: customer for customer in customers}
    return {
        number: {
            **names,
            "external_id": "" if names["external_id"] == "None" else names["external_id"],
            "fraud_status": FRAUD.get(known[number].fraud_status, known[number].fraud_status),
        }
        for number, names in people(known.values()).items()
    }


def _profiles(ids: set[int]) -> dict[int, Profile]:
    found: dict[int, Profile] = {}
    for profile in Profile.objects.filter(customer__in=ids).order_by("id"):
        first = found.setdefault(profile.customer_id, profile)
        if profile.source == "INSTORE" != first.source:
            found[profile.customer_id] = profile
    return found


def _identifiers(ids: set[int]) -> dict[int, dict[str, str]]:
    values: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Identifier.objects.filter(customer__in=ids).order_by("id")
    # INSTORE last, so that it wins: a WeChat-only mobile would hide the one the till knows.
    for row in sorted(rows, key=lambda row: row.source == "INSTORE"):
        values[row.customer_id][row.kind] = row.value
    return values


def _shape(profile: Profile | None, values: dict[str, str]) -> dict[str, str]:
    return {
        "firstname": profile.first_name if profile else "",
        "lastname": profile.last_name if profile else "",
        "mobile": values.get("mobile", ""),
        "email": values.get("email", ""),
        "external_id": values.get("externalId", "None"),
    }

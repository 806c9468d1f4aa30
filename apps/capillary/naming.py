"""What each call can ask for a customer by, taken from the customer as v2 tells it.

Calls of v1.1 take an identifier without saying in which source; the ledger takes source and account too.
The stores' own profile comes first, then those of other sources, each in the order the outside tells them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Required, TypedDict, cast

from apps.capillary.types_customer import Customer

HOME = "INSTORE"
# As types of identifiers are spelt in v2 answers, without case, and the parameter v1.1 has for each.
V11 = {
    "mobile": "mobile",
    "email": "email",
    "externalid": "external_id",
    "cardnumber": "card_number",
    "cardexternalid": "card_external_id",
}
V2 = {
    "mobile": "mobile",
    "email": "email",
    "externalid": "externalId",
    "cardnumber": "cardnumber",
    "cardexternalid": "cardExternalId",
}
PREFERRED = ("mobile", "externalid", "email", "cardnumber", "cardexternalid")
REVERSIBLE = frozenset({"mobile", "email", "externalid"})


class PointsName(TypedDict, total=False):
    """One keyword of `points.is_redeemable` and `points.redeem`."""

    mobile: str
    email: str
    external_id: str
    card_number: str
    card_external_id: str


class ReversalName(TypedDict, total=False):
    """Keywords of `points.reverse`."""

    identifier_type: str
    identifier_value: str


class LedgerName(TypedDict, total=False):
    """Keywords of `ledger.information` and `ledger.balance`."""

    identifier_name: Required[str]
    identifier_value: Required[str]
    source: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Known:
    """One identifier and who knows it. `kind` is the type without case, `source` and `account_id` the profile's."""

    kind: str
    value: str = field(repr=False)
    source: str = HOME
    account_id: str = ""


def known_by(customer: Customer) -> tuple[Known, ...]:
    """Every identifier some call takes, best first; empty for somebody known only by an id of a messenger."""
    return tuple(dict.fromkeys(_identifiers(customer)))


def for_points(customer: Customer) -> PointsName:
    """The identifier as a keyword of `points.is_redeemable` and `points.redeem`; {} when there is none.

    A value with a comma is passed over: v1.1 would read several customers.
    """
    found = next((one for one in known_by(customer) if "," not in one.value), None)
    return cast(PointsName, {V11[found.kind]: found.value}) if found else {}


def for_reversal(customer: Customer) -> ReversalName:
    """The identifier as keywords of `points.reverse`; {} when there is none, and none is needed."""
    found = next((one for one in known_by(customer) if one.kind in REVERSIBLE), None)
    return {"identifier_type": V2[found.kind], "identifier_value": found.value} if found else {}


def for_ledger(customer: Customer) -> LedgerName | None:
    """The identifier with its source and account, as keywords of the ledger's calls; None when there is none."""
    found = next(iter(known_by(customer)), None)
    if found is None:
        return None
    return {
        "identifier_name": V2[found.kind],
        "identifier_value": found.value,
        "source": found.source,
        "account_id": found.account_id,
    }


def _identifiers(customer: Customer) -> Iterator[Known]:
    for profile in sorted(customer.profiles, key=lambda profile: profile.source.upper() != HOME):
        told = [(one.type.casefold(), one.value) for one in (*profile.identifiers, *profile.identifiers_all)]
        for kind in PREFERRED:
            for other, value in told:
                if other == kind and value:
                    yield Known(kind, value, profile.source or HOME, profile.account_id)
    for card in customer.cards:
        if card.number:
            yield Known("cardnumber", card.number)

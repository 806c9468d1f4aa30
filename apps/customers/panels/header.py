"""The head of the page: who it is, tier, status, fraud mark, and what they are known by, masked."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.capillary.types_activity import CustomerRecord
from apps.capillary.types_customer import Customer, FraudDetails, StatusChange
from apps.customers.panels.identifiers import Shown, first_and_more, handle_of, tail_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import tidy_word, tier_tone
from apps.customers.source_words import source_words

GOOD_STATUS = {"ACTIVE", ""}


@dataclass(frozen=True, slots=True)
class Mark:
    """The fraud mark in words."""

    is_marked: bool
    words: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the page shows. fraud is None when nobody told yet.

    identifiers  the first of each kind that people ask for; more  all the others, with their places
    """

    customer_id: int
    name: str
    tier: str
    tier_tone: str
    status: str
    status_bad: bool
    status_reason: str
    fraud: Mark | None
    identifiers: tuple[Shown, ...]
    more: tuple[Shown, ...]
    places: tuple[str, ...]
    loyalty_type: str
    tail: str
    handle: str


def name_of(customer: Customer) -> str:
    """The name any profile tells, the first source first."""
    return next((profile.name for profile in customer.profiles if profile.name), "")


def fraud_of(customer: Customer, record: CustomerRecord | None) -> Mark | None:
    """The fraud mark v2 or v1.1 tells; a record of somebody else (a reused number) says nothing."""
    told: FraudDetails | None = customer.fraud
    if told is None and record is not None and record.customer_id == str(customer.id):
        told = record.fraud or FraudDetails("")
    if told is None:
        return None
    return Mark(told.is_marked, _("Fraud mark: %(status)s") % {"status": tidy_word(told.status).lower()})


def build_head(asked: Asked, values: Values) -> dict[str, Head]:
    """The head out of the customer, the status log and, when there, the v1.1 record."""
    customer: Customer = values["customer"]
    status = _status(values.get("status_log"))
    tier = _tier(customer)
    places: dict[str, None] = {}
    for profile in customer.profiles:
        places.setdefault(source_words(profile.source, profile.account_id))
    first, more = first_and_more(customer)
    label = status.label or status.status if status else ""
    head = Head(
        customer_id=customer.id,
        name=name_of(customer),
        tier=tidy_word(tier),
        tier_tone=tier_tone(tier),
        status=tidy_word(label),
        status_bad=status is not None and status.status.upper() not in GOOD_STATUS,
        status_reason=status.reason if status else "",
        fraud=fraud_of(customer, values.get("record")),
        identifiers=first,
        more=more,
        places=tuple(places),
        loyalty_type=customer.loyalty_type,
        tail=tail_of(customer),
        handle=handle_of(customer),
    )
    return {"head": head}


def _tier(customer: Customer) -> str:
    if customer.points and customer.points.tier:
        return customer.points.tier
    return next((one.tier for one in customer.programs if one.tier), "")


def _status(log: tuple[StatusChange, ...] | None) -> StatusChange | None:
    return next((row for row in log or () if row.is_active), None)


HEAD = register_panel(
    Panel(
        name="head",
        title=gettext_lazy("Name and identifiers"),
        bare=True,
        source="v2",
        template="customers/_head.html",
        build=build_head,
        needs=("customer",),
        wants=("status_log", "record"),
    )
)

"""The head of the page: who it is, tier, status, fraud mark, and what they are known by, masked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.capillary.types_activity import CustomerRecord
from apps.capillary.types_customer import Customer, FraudDetails, Identifier, Profile, StatusChange
from apps.customers.kinds import kind_of, label_of, mask_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import tidy_word, tier_tone

IN_HEAD = ("mobile", "email", "card", "external_id")
HANDLES = ("mobile", "external_id", "email", "card")
GOOD_STATUS = {"ACTIVE", ""}


@dataclass(frozen=True, slots=True)
class Known:
    """One identifier in one source. `key` names it in addresses without telling it; value is the full one."""

    key: str
    kind: str
    label: str
    masks_as: str
    value: str
    source: str
    account: str
    status: str = ""

    @property
    def dom(self) -> str:
        """The key as part of an element's id."""
        return self.key.replace(".", "-")

    @property
    def place(self) -> str:
        """Source and account in one."""
        return f"{self.source} {self.account}".rstrip()


@dataclass(frozen=True, slots=True)
class Shown:
    """One identifier as the head shows it: once, with all places that have it."""

    known: Known
    places: tuple[str, ...]


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


def identifiers_of(customer: Customer) -> Iterator[Known]:
    """Every identifier of every profile, each once per source and account, in the API's order."""
    for profile in customer.profiles:
        seen: dict[str, int] = {}
        for identifier in _each(profile):
            kind = kind_of(identifier.type)
            code = kind.code if kind else "".join(letter for letter in identifier.type if letter.isalnum())
            seen[code] = seen.get(code, 0) + 1
            account = "".join(
                letter if letter.isalnum() or letter in "-_" else "_" for letter in profile.account_id
            )
            yield Known(
                key=f"{profile.source}.{account}.{code}.{seen[code]}",
                kind=code,
                label=label_of(identifier.type),
                masks_as=mask_of(identifier.type),
                value=identifier.value,
                source=profile.source,
                account=profile.account_id,
                status=identifier.status,
            )


def _each(profile: Profile) -> Iterator[Identifier]:
    """`identifiers` and `identifiersAll` may share nothing, everything or a part."""
    seen: set[tuple[str, str]] = set()
    for identifier in (*profile.identifiers, *profile.identifiers_all):
        kind = kind_of(identifier.type)
        mark = (kind.code if kind else identifier.type, identifier.value.casefold())
        if identifier.value and mark not in seen:
            seen.add(mark)
            yield identifier


def name_of(customer: Customer) -> str:
    """The name any profile tells, the first source first."""
    return next((profile.name for profile in customer.profiles if profile.name), "")


def handle_of(customer: Customer) -> str:
    """What the v1.1 record can be asked by: "mobile=…", empty when the customer has nothing of the kind."""
    known = list(identifiers_of(customer))
    for code in HANDLES:
        for one in known:
            if one.kind == code and "," not in one.value:
                return f"{_record_name(code)}={one.value}"
    return ""


def tail_of(customer: Customer) -> str:
    """The last signs of the mobile (or the card), as the side bar shows them."""
    for code in ("mobile", "card"):
        for one in identifiers_of(customer):
            if one.kind == code and len(one.value) >= 9:
                return f"••{one.value[-4:]}"
    return ""


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
        places.setdefault(f"{profile.source} {profile.account_id}".rstrip())
    first, more = _first_and_more(customer)
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


def _shown(customer: Customer) -> Iterator[Shown]:
    grouped: dict[tuple[str, str], list[Known]] = {}
    for known in identifiers_of(customer):
        grouped.setdefault((known.kind, known.value.casefold()), []).append(known)
    for same in grouped.values():
        yield Shown(same[0], tuple(dict.fromkeys(one.place for one in same)))


def _first_and_more(customer: Customer) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """One mobile, e-mail, card and external id for the head, which has to stay low; the rest apart."""
    shown = list(_shown(customer))
    first = [next((one for one in shown if one.known.kind == kind), None) for kind in IN_HEAD]
    picked = tuple(one for one in first if one is not None) or tuple(shown[:2])
    return picked, tuple(one for one in shown if one not in picked)


def _tier(customer: Customer) -> str:
    if customer.points and customer.points.tier:
        return customer.points.tier
    return next((one.tier for one in customer.programs if one.tier), "")


def _status(log: tuple[StatusChange, ...] | None) -> StatusChange | None:
    return next((row for row in log or () if row.is_active), None)


def _record_name(code: str) -> str:
    return {"card": "card_number"}.get(code, code)


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

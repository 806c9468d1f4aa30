"""A short, masked list of several customers: enough to ask the caller which one, not enough to guess."""

from dataclasses import dataclass
from datetime import datetime

from apps.audit.actor import Actor
from apps.capillary.calls import Answer
from apps.capillary.resources import customers, transactions
from apps.capillary.types_activity import Transaction, TransactionPage
from apps.capillary.types_customer import Customer
from apps.core.masking import mask
from apps.customers.outcomes import Match, Several
from apps.customers.panels.header import name_of
from apps.customers.panels.identifiers import identifiers_of
from apps.customers.panels.words import tidy_word, tier_tone
from apps.staff.connection import client_for

SHOWN = 8
WAIT_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list; everything that names a person is masked."""

    customer_id: int
    name: str
    places: str
    matched: str
    card: str
    tier: str
    tier_tone: str
    last_at: datetime | None
    last_where: str


def rows_of(actor: Actor, several: Several) -> list[Row]:
    """Names, places, cards and tiers of the first few, asked for at once; what does not come stays empty."""
    matches = several.matches[:SHOWN]
    calls = {
        f"who-{one.customer_id}": customers.get(customer_id=one.customer_id, embed=("points",))
        for one in matches
    }
    bills = {
        f"bill-{one.customer_id}": transactions.history(customer_id=one.customer_id, limit=1)
        for one in matches
    }
    answers = client_for(actor).send_all({**calls, **bills}, wait_seconds=WAIT_SECONDS)
    return [
        _row(one, answers[f"who-{one.customer_id}"], answers[f"bill-{one.customer_id}"]) for one in matches
    ]


def _row(match: Match, who: Answer[Customer], bills: Answer[TransactionPage]) -> Row:
    customer = who.value
    tier = customer.points.tier if customer and customer.points else ""
    bill = _last(bills.value)
    return Row(
        customer_id=match.customer_id,
        name=mask("name", name_of(customer)) if customer else "",
        places=", ".join(dict.fromkeys(_places(customer))) if customer else str(match.place or ""),
        matched=f"{match.found_as.kind.label} {match.found_as.masked}" if match.found_as else "",
        card=_card(customer) if customer else "",
        tier=tidy_word(tier),
        tier_tone=tier_tone(tier),
        last_at=bill.billed_at if bill else None,
        last_where=(bill.store_name or bill.store_code) if bill else "",
    )


def _places(customer: Customer) -> list[str]:
    return [f"{profile.source} {profile.account_id}".rstrip() for profile in customer.profiles]


def _card(customer: Customer) -> str:
    return next((mask("card", one.value) for one in identifiers_of(customer) if one.kind == "card"), "")


def _last(page: TransactionPage | None) -> Transaction | None:
    return page.transactions[0] if page and page.transactions else None

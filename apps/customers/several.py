"""A short, masked list of several customers: enough to ask the caller which one, not enough to guess."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Answer
from apps.capillary.errors import CustomerMerged
from apps.capillary.resources import customers, transactions
from apps.capillary.types_activity import Transaction, TransactionPage
from apps.capillary.types_customer import Customer
from apps.core.masking import DOT, mask
from apps.customers.glass import closed_among
from apps.customers.outcomes import Match, Several
from apps.customers.panels.header import name_of
from apps.customers.panels.identifiers import identifiers_of
from apps.customers.panels.words import tidy_word, tier_tone
from apps.customers.source_words import source_words
from apps.customers.typed import folded
from apps.staff.connection import client_for

SHOWN = 8
WAIT_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list; what names a person is masked, but for the part of the name that was typed.

    merged     the account was merged into another: opening it leads there
    protected  opens only for a reason: nothing else is told
    """

    customer_id: int
    name: str
    places: str
    matched: str
    card: str
    tier: str
    tier_tone: str
    last_at: datetime | None
    last_where: str
    merged: bool = False
    protected: bool = False


def rows_of(actor: Actor, several: Several, typed: str = "") -> list[Row]:
    """Names, places, cards and tiers of the first few, asked for at once; what does not come stays empty.

    typed  what was looked for: a name that begins so is told as far as it was typed
    A merged account whose survivor is in the list too is left out.
    """
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
    ids = {one.customer_id for one in matches}
    survivors = {found for one in matches if (found := _survivor(one, answers[f"who-{one.customer_id}"]))}
    closed = closed_among(actor=actor, customer_ids=ids | survivors)
    return [
        _closed(one, merged=survivor is not None)
        if {one.customer_id, survivor} & closed
        else _row(one, who, answers[f"bill-{one.customer_id}"], typed)
        for one in matches
        if (survivor := _survivor(one, who := answers[f"who-{one.customer_id}"])) is None
        or survivor not in ids
    ]


def _survivor(match: Match, who: Answer[Customer]) -> int | None:
    """The account this one was merged into, 0 when nobody says which; None when it was not merged."""
    if isinstance(who.error, CustomerMerged):
        return who.error.survivor_id or 0
    return who.value.id if who.value is not None and who.value.id != match.customer_id else None


def _row(match: Match, who: Answer[Customer], bills: Answer[TransactionPage], typed: str) -> Row:
    customer = who.value
    name = name_of(customer) if customer else ""
    tier = customer.points.tier if customer and customer.points else ""
    bill = _last(bills.value)
    return Row(
        customer_id=match.customer_id,
        name=_name(name, typed),
        places=" · ".join(dict.fromkeys(_places(customer))) if customer else str(match.place or ""),
        matched=f"{match.found_as.kind.label} {match.found_as.masked}"
        if match.found_as
        else _begins(name, typed),
        card=_card(customer) if customer else "",
        tier=tidy_word(tier),
        tier_tone=tier_tone(tier),
        last_at=bill.billed_at if bill else None,
        last_where=(bill.store_name or bill.store_code) if bill else "",
        merged=_survivor(match, who) is not None,
    )


def _closed(match: Match, *, merged: bool) -> Row:
    """That there is one, and the way to the question why."""
    return Row(match.customer_id, "", "", "", "", "", "", None, "", merged, protected=True)


def _name(name: str, typed: str) -> str:
    """Each part masked but for what was typed of it: what the person knows already is no secret."""
    words = sorted(folded(typed).split(), key=len, reverse=True)
    return " ".join(_part(part, words) for part in name.split())


def _part(part: str, words: list[str]) -> str:
    known = next((len(word) for word in words if folded(part).startswith(word)), 0)
    if known >= len(part):
        return part
    return part[:known] + DOT * 3 if known else mask("name", part)


def _begins(name: str, typed: str) -> str:
    """What a match by its beginning was: the name, or an identifier."""
    words = folded(typed).split()
    parts = folded(name).split()
    if words and all(any(part.startswith(word) for part in parts) for word in words):
        return _("Name")
    return _("Start of an identifier") if words else ""


def _places(customer: Customer) -> list[str]:
    return [source_words(profile.source, profile.account_id) for profile in customer.profiles]


def _card(customer: Customer) -> str:
    return next(
        (mask("card", one.value) for one in identifiers_of(customer) if one.kind == "card" and not one.ended),
        "",
    )


def _last(page: TransactionPage | None) -> Transaction | None:
    return page.transactions[0] if page and page.transactions else None

"""A person in a few words: what the builders turn into rows, and what the character list prints."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """A profile: source and account."""

    source: str
    account_id: str = ""


class Known(NamedTuple):
    """An identifier in one source account, under the name a lookup uses for it."""

    source: str
    account_id: str
    kind: str
    value: str


class CardSketch(NamedTuple):
    """A card and its state."""

    number: str
    external_id: str
    series_id: int = 1
    status: str = "ACTIVE"
    label: str = "ACTIVE"


class Step(NamedTuple):
    """A step of the customer's status, so many days before today."""

    status: str
    label: str
    days_ago: int
    reason: str = ""


class Asked(NamedTuple):
    """A goodwill request so many days ago: points, or a coupon of a series; till: asked for at one."""

    status: str
    days_ago: int
    points: int = 0
    series_id: int | None = None
    till: str = ""
    comments: str = ""


class Friend(NamedTuple):
    """Somebody invited so many days ago; came: the id they registered with, after or beside their steps.

    joined, bought, rewarded: so many days ago, nought for not yet. hidden: the outside does not tell who came.
    """

    name: str
    identifier: str
    days_ago: int
    came: int = 0
    joined: int = 0
    bought: int = 0
    rewarded: int = 0
    hidden: bool = False
    campaign: str = "MAPLEFRIENDS"


INSTORE = Place("INSTORE")


@dataclass(frozen=True)
class Sketch:
    """One customer. Counts say how much history to invent; tuples are taken as they are."""

    id: int
    first: str = ""
    last: str = ""
    mobile: str = ""
    email: str = ""
    external_id: str = ""
    gender: str = ""
    city: str = ""
    store_code: str = "bandra"
    places: tuple[Place, ...] = (INSTORE,)
    also: tuple[Known, ...] = ()
    cards: tuple[CardSketch, ...] = ()
    programmes: tuple[int, ...] = (101,)
    days_known: int = 400
    bills: int = 0
    average_bill: int = 2500
    redeems: bool = True
    lapsed: bool = False
    coupons: int = 0
    notes: tuple[str, ...] = ()
    referrals: int = 0
    friends: tuple[Friend, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    goodwill: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    steps: tuple[Step, ...] = ()
    fraud_status: str = "NOT_FRAUD"
    merged_into: int | None = None
    loyalty_type: str = "loyalty"
    reference: str = ""
    extended: dict[str, str | None] = field(default_factory=dict)

    def identifiers(self) -> list[Known]:
        """Every identifier a lookup can find this person by."""
        home = self.places[0]
        plain = (("mobile", self.mobile), ("email", self.email), ("externalId", self.external_id))
        known = [Known(*home, kind, value) for kind, value in plain if value]
        for card in self.cards:
            known.append(Known(*home, "cardNumber", card.number))
            if card.external_id:
                known.append(Known(*home, "cardExternalId", card.external_id))
        return [*known, *self.also]

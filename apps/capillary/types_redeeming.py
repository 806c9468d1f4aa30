"""Spending points and giving them back, as the outside answers. Ids are text, points and money Decimal."""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.capillary.types_common import Notice, Raw, no_raw


@dataclass(frozen=True, slots=True)
class Redeemability:
    """Whether so many points can be redeemed now. A refusal with a code of its own is an error instead.

    `value` is what the points are worth in the organisation's currency, `local_value` in that of the store.
    `balance` is the outside's number: whether the points asked about are taken off already, it does not say.
    `code` is the API's: 876 says that they can be redeemed although no one-time code could be made.
    """

    redeemable: bool
    points: Decimal | None
    value: Decimal | None
    local_value: Decimal | None
    currency_ratio: Decimal | None
    balance: Decimal | None
    code: str = ""
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A one-time code is on its way; the answer never holds it. Within its validity the same one goes out again.

    `mobile` and `email` are where the outside says it went, in full: mask them before showing.
    """

    customer_id: str
    points: Decimal | None
    mobile: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class RedemptionEffect:
    """One part of a redemption. `number` is the id under which `customer/redemptions` lists it.

    `bill_id` and `bill_number` are "" where the redemption belongs to no bill of the outside (told as -1).
    """

    number: str
    points: Decimal | None
    value: Decimal | None
    bill_id: str = ""
    bill_number: str = ""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Points were redeemed. `redemption_id` is text ("r0njPT"), `number` the numeric id of the same act.

    `points` are those the outside says it took, `balance` what is left; None where it is silent.
    """

    redemption_id: str
    points: Decimal | None
    value: Decimal | None
    local_value: Decimal | None
    balance: Decimal | None
    customer_id: str
    effects: tuple[RedemptionEffect, ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def number(self) -> str:
        """The id in the list of redemptions, "" when not told or when there are several."""
        numbers = {effect.number for effect in self.effects if effect.number}
        return numbers.pop() if len(numbers) == 1 else ""


@dataclass(frozen=True, slots=True)
class Reversed:
    """Points were given back. `points` are those the outside says it gave back: compare them with the asked.

    `asked` repeats what was asked for; the sample of the reference shows another number there than was sent.
    """

    reversal_id: str
    redemption_id: str
    points: Decimal | None
    asked: Decimal | None
    customer_id: str
    notices: tuple[Notice, ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

"""How much a person may give or decide on, and what is left of it now."""

from dataclasses import dataclass
from decimal import Decimal

from apps.staff.models import Store, User


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one limit at this moment.

    granted  False when no rule gives any authority (then nothing is left)
    request, day, month   what one more request may take at most by each bound; None: no such bound
    rule_request, rule_day, rule_month  the bounds themselves;  used_day, used_month  what was taken
    source   "person", "role" or "store": whose rule it is
    """

    granted: bool
    source: str = ""
    rule_request: Decimal | None = None
    rule_day: Decimal | None = None
    rule_month: Decimal | None = None
    used_day: Decimal = Decimal(0)
    used_month: Decimal = Decimal(0)

    @property
    def request(self) -> Decimal | None:
        raise NotImplementedError


def left_to_give(user: User, kind: str) -> Left:
    """What the person may still give on their own authority."""
    raise NotImplementedError


def left_to_decide(user: User, kind: str) -> Left:
    """What the person may still approve."""
    raise NotImplementedError


def left_of_store(store: Store, kind: str, purpose: str) -> Left | None:
    """What a store's own rule leaves to everybody there together; None without such a rule."""
    raise NotImplementedError

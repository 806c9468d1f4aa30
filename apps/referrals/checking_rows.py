"""Checks people to invite, all errors of all rows at once, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.audit.actor import Actor
from apps.referrals.wanted import Row, RowCheck


@dataclass(frozen=True)
class Facts:
    """What rows are checked against, as read from outside. Keyed hashes only, so it may be kept for minutes.

    own      hashes of the referrer's contacts;  invited  of those invited in the campaign, here or elsewhere
    """

    customer_id: int
    campaign: str
    own: frozenset[str] = field(repr=False)
    invited: frozenset[str] = field(repr=False)


def facts_for(*, actor: Actor, customer_id: int, campaign: str, fresh: bool = True) -> Facts:
    """Read the referrer and their list: two calls or more at once.

    fresh  False: those of the last two minutes will do, for a form that is still being filled in
    Raises: Conflict for a merged customer; CapillaryError when either cannot be read
    """
    raise NotImplementedError


def check_rows(*, actor: Actor, rows: Sequence[Row], facts: Facts, look_up: bool = True) -> list[RowCheck]:
    """One check for each row, in order; empty rows are wrong too (leave them out before).

    look_up  ask outside whether they are customers already: at most LOOK_UPS at once, the others are told when sent
    """
    raise NotImplementedError

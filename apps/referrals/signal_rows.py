"""Signals as people read them: what was noticed, with its masked evidence, and whether they may mark it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import clock, day, number
from apps.referrals.models import Signal, SignalKind
from apps.referrals.models.signals import MARK
from apps.staff.models import User
from apps.staff.stores import stores_where


@dataclass(frozen=True, slots=True)
class Seen:
    """One invitation of the evidence; mask of the invited, id of the customer who invites."""

    mask: str
    customer_id: int
    at: datetime | None
    till: str


@dataclass(frozen=True)
class Row:
    """One signal. why_not says why this person cannot mark it, though their role could; "" otherwise."""

    signal: Signal
    title: str
    period: str
    seen: tuple[Seen, ...]
    customers: tuple[int, ...]
    people: str
    may_mark: bool
    why_not: str = ""

    @property
    def more(self) -> int:
        """How many invitations are not listed."""
        counted = self.signal.size if self.signal.kind == SignalKind.MANY_FROM_TILL else 0
        return max(0, int(self.signal.evidence.get("total", counted)) - len(self.seen))

    @property
    def all(self) -> int:
        """How many invitations there are."""
        return len(self.seen) + self.more


def rows_of(signals: Iterable[Signal], user: User) -> list[Row]:
    """As this person sees them. Prefetch `stores`."""
    marks = user.has_perm(MARK)
    here = set(stores_where(user, MARK)) if marks else set()
    return [_row(one, user, marks=marks, here=here) for one in signals]


def title_of(signal: Signal) -> str:
    """What was noticed, in a sentence."""
    count = {"count": number(signal.size)}
    if signal.kind == SignalKind.MANY_FROM_TILL:
        words = ngettext(
            "%(count)s person invited from %(till)s in a short time.",
            "%(count)s people invited from %(till)s in a short time.",
            signal.size,
        )
        return words % {**count, "till": signal.till_code or _("a till that is not told")}
    if signal.kind == SignalKind.SHARED_IDENTIFIER:
        words = ngettext(
            "One person invited by %(count)s customer.",
            "One person invited by %(count)s customers.",
            signal.size,
        )
        return words % count
    words = ngettext(
        "%(name)s, a colleague, invited by %(count)s customer.",
        "%(name)s, a colleague, invited by %(count)s customers.",
        signal.size,
    )
    return words % {**count, "name": signal.evidence.get("colleague") or _("Somebody")}


def _row(signal: Signal, user: User, *, marks: bool, here: set[int]) -> Row:
    evidence = signal.evidence
    why_not = ""
    if marks and not here & {store.pk for store in signal.stores.all()}:
        why_not = _("It is of another store.")
    elif marks and user.pk in signal.involved:
        why_not = _("It is about you. Somebody else has to look at it.")
    waits = signal.looked_at is None
    return Row(
        signal=signal,
        title=title_of(signal),
        period=_period(signal),
        seen=tuple(_seen(one) for one in evidence.get("rows", [])),
        customers=tuple(evidence.get("customers", [])),
        people=", ".join(evidence.get("people", [])),
        may_mark=waits and marks and not why_not,
        why_not=why_not if waits else "",
    )


def _seen(told: dict[str, Any]) -> Seen:
    at = told.get("at", "")
    return Seen(
        mask=str(told.get("mask", "")),
        customer_id=int(told.get("customer_id", 0)),
        at=datetime.fromisoformat(at) if at else None,
        till=str(told.get("till", "")),
    )


def _period(signal: Signal) -> str:
    begins, ends = signal.begins_at, signal.ends_at
    if begins == ends:
        return f"{day(begins)}, {clock(begins)}"
    if day(begins) == day(ends):
        return _("%(day)s, %(from)s to %(until)s") % {
            "day": day(begins),
            "from": clock(begins),
            "until": clock(ends),
        }
    return _("%(from)s to %(until)s") % {"from": day(begins), "until": day(ends)}

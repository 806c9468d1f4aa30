"""Whether what somebody asks for can be asked: each field on its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.faults import each
from apps.core.words import line, lines, needed
from apps.goodwill.models import CouponSeries, Kind, Reason
from apps.goodwill.money import whole_points

LONGEST_WORDS, LONGEST_COMMENT, LONGEST_BILL = 200, 1000, 60


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for.

    amount  whole points, or 1 for a coupon;  token  of the form: sent twice, it asks once
    different_matter  the person has seen the likely duplicates and says this is something else
    """

    customer_id: int
    kind: str
    amount: Decimal
    reason: Reason | None
    token: UUID
    series: CouponSeries | None = None
    reason_words: str = ""
    comment: str = ""
    bill: str = ""
    programme_id: str = ""
    different_matter: bool = False


def checked(wanted: Wanted) -> Wanted:
    """The same, tidied. Raises BadInput beside each field that cannot be."""
    if wanted.kind not in Kind.values:
        raise BadInput(_("Choose points or a coupon."), field="kind")
    checks: dict[str, Callable[[], Any]] = {
        "amount": lambda: whole_points(wanted.amount) if wanted.kind == Kind.POINTS else Decimal(1),
        "series": lambda: _series(wanted),
        "reason": lambda: _reason(wanted),
        "reason_words": lambda: line(wanted.reason_words, LONGEST_WORDS, "reason_words"),
        "comment": lambda: lines(wanted.comment, LONGEST_COMMENT, "comment"),
        "bill": lambda: line(wanted.bill, LONGEST_BILL, "bill", is_number=True),
    }
    return replace(wanted, **each(checks))


def words_of(text: str, *, field: str, missing: str, longest: int = LONGEST_WORDS) -> str:
    """One line of words that must be there. Raises BadInput."""
    return needed(text, longest, field, missing=missing)


def _series(wanted: Wanted) -> CouponSeries | None:
    if wanted.kind == Kind.POINTS:
        return None
    if wanted.series is None or not wanted.series.is_active:
        raise BadInput(_("Choose a coupon series that is offered."), field="series")
    return wanted.series


def _reason(wanted: Wanted) -> Reason:
    if wanted.reason is None or not wanted.reason.is_active:
        raise BadInput(_("Choose a reason."), field="reason")
    if wanted.reason.needs_words and not wanted.reason_words.strip():
        raise BadInput(_("Say the reason in your own words."), field="reason_words")
    return wanted.reason

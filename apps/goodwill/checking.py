"""Whether what somebody asks for can be asked: each field on its own."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
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
    """The same, tidied. Raises BadInput beside the field that cannot be."""
    if wanted.kind not in Kind.values:
        raise BadInput(_("Choose points or a coupon."), field="kind")
    return replace(
        wanted,
        amount=whole_points(wanted.amount) if wanted.kind == Kind.POINTS else Decimal(1),
        series=_series(wanted),
        reason=_reason(wanted),
        reason_words=_line(wanted.reason_words, LONGEST_WORDS, "reason_words"),
        comment=_text(wanted.comment, LONGEST_COMMENT, "comment"),
        bill=_line(wanted.bill, LONGEST_BILL, "bill"),
    )


def words_of(text: str, *, field: str, missing: str, longest: int = LONGEST_WORDS) -> str:
    """One line of words that must be there. Raises BadInput."""
    words = _line(text, longest, field)
    if not words:
        raise BadInput(missing, field=field)
    return words


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


def _line(text: str, longest: int, field: str) -> str:
    return _short(
        " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split()),
        longest,
        field,
    )


def _text(text: str, longest: int, field: str) -> str:
    lines = ("".join(sign for sign in line if sign.isprintable()).strip() for line in text.splitlines())
    return _short("\n".join(lines).strip(), longest, field)


def _short(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise BadInput(
            _("This is too long. Use at most %(longest)s characters.") % {"longest": longest}, field=field
        )
    return text

"""Redemptions with their reversals: what was spent here or anywhere, what of it was given back, what still can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.capillary.types_points import CouponRedemption, Redemptions
from apps.core import formats
from apps.points.panels.ours import Ours, read_ours
from apps.points.panels.redemption_rows import Row, listed_row, own_row
from apps.staff.models import User

MORE_ROWS = (20, 50, 100, 200)
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Spent:
    """What the panel draws.

    rows     redemptions of points, newest first, with those of ours that are in no list yet
    summary, totals  sentences about what is shown;  more  how many rows to ask for next, 0 for none
    stale    why the list is out of date, "" when it is not
    """

    rows: tuple[Row, ...]
    coupons: tuple[CouponRedemption, ...]
    summary: str
    totals: str
    more: int
    stale: str


def rows_of(text: str) -> int:
    """How many rows were asked for: grows from 20 to 200."""
    return int(text) if text.isdecimal() and int(text) in MORE_ROWS else MORE_ROWS[0]


def build(found: Redemptions, *, user: User, customer_id: int, asked_for: int) -> Spent:
    """The list with our own acts in it. At most four queries."""
    ours = read_ours(user, customer_id, found.points)
    rows = [own_row(act, ours) for act in ours.unlisted(found.points)]
    rows += [listed_row(row, ours) for row in found.points]
    # Those without a time stand where the outside put them: at the end.
    rows.sort(key=lambda row: row.at.timestamp() if row.at else 0, reverse=True)
    full = max(len(found.points), len(found.coupons)) >= asked_for
    return Spent(
        rows=tuple(rows),
        coupons=found.coupons,
        summary=_summary(found, len(rows) - len(found.points)),
        totals=_totals(rows),
        more=next((more for more in MORE_ROWS if more > asked_for), 0) if full else 0,
        stale=_stale(found, ours),
    )


def open_acts(user: User, customer_id: int) -> SafeString:
    """What is not settled in this console, for a list that could not be loaded; "" for nothing."""
    ours = read_ours(user, customer_id, ())
    found: list[tuple[str, str]] = [
        (reverse("points:redemption", args=[one.pk]), one.number)
        for one in ours.redemptions
        if one.is_open and one.pk in ours.opens_redemptions
    ]
    found += [
        (reverse("points:reversal", args=[one.pk]), one.number)
        for one in ours.reversals
        if one.is_unknown and one.pk in ours.opens_reversals
    ]
    if not found:
        return SafeString("")
    links = format_html_join(", ", '<a href="{}">{}</a>', found)
    return format_html("{} {}", _("Not settled yet in this console:"), links)


def _stale(found: Redemptions, ours: Ours) -> str:
    """Whether something we did is missing from the list and not long ago enough to be red."""
    acts = [one for one in ours.unlisted(found.points) if one.badge in ("done", "booked")]
    missing = [one.number for one in acts]
    late = (ours.behind(row) for row in found.points)
    missing += [one.number for one in late if one is not None and not one.is_not_proved]
    if not missing:
        return ""
    return _("Capillary's list does not show %(numbers)s yet, so reversing is off until it loads again.") % {
        "numbers": ", ".join(missing)
    }


def _summary(found: Redemptions, own: int) -> str:
    points, coupons = len(found.points), len(found.coupons)
    said = ngettext("%(count)s redemption of points", "%(count)s redemptions of points", points) % {
        "count": points
    }
    if coupons:
        said += ngettext(", %(count)s of a coupon", ", %(count)s of coupons", coupons) % {"count": coupons}
    if own:
        said += ngettext(
            ", %(count)s of this console in no list", ", %(count)s of this console in no list", own
        ) % {"count": own}
    return _("%(said)s, newest first.") % {"said": said}


def _totals(rows: Iterable[Row]) -> str:
    listed = [row for row in rows if row.id]
    if not listed:
        return ""
    return _("Of these %(points)s redeemed and %(back)s reversed; %(left)s can still be reversed.") % {
        "points": formats.points(_sum(row.points for row in listed)),
        "back": formats.number(_sum(row.reversed for row in listed)),
        "left": formats.number(_sum(row.remaining for row in listed if row.reversible)),
    }


def _sum(numbers: Iterable[Decimal | None]) -> Decimal:
    return sum((number for number in numbers if number is not None), NOUGHT)

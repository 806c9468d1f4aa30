"""A customer's goodwill of twelve months, from all sources, as bars drawn on the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.actor import Actor
from apps.capillary.resources import goodwill
from apps.capillary.types_points import GoodwillRow
from apps.core.formats import number, points
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import GIVEN
from apps.staff.connection import client_for
from apps.staff.models import Store

COUNT = 12
YEAR = timedelta(days=365)
# The drawing's own units: see templates/goodwill/_months.html.
STEP, WIDTH, FLOOR, TALLEST, LOWEST = 27, 17, 56, 44, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One month; x, y and height place it in the drawing."""

    letter: str
    name: str
    points: Decimal
    x: int
    y: int
    height: int

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + WIDTH / 2

    @property
    def above(self) -> int:
        """Where its number stands."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Year:
    """acts: how often points were given;  coupons: how many were;  average of customers of the store, None unknown."""

    bars: list[Bar]
    points: Decimal
    acts: int
    coupons: int
    pending: int
    average: Decimal | None

    @property
    def sentence(self) -> str:
        """The drawing in words."""
        told = [
            _("%(month)s %(points)s") % {"month": bar.name, "points": number(bar.points)}
            for bar in self.bars
            if bar.points
        ]
        if not told:
            return _("Goodwill points per month: none in twelve months.")
        return _("Goodwill points per month: %(months)s, none in the other months.") % {
            "months": ", ".join(told)
        }

    @property
    def given(self) -> str:
        """``550 points in 2 acts and 1 coupon.``"""
        return given_in(self.points, self.acts, self.coupons) or _("No goodwill in 12 months.")


def year_of(*, actor: Actor, request: GoodwillRequest) -> Year | None:
    """Read from the outside, which knows all sources; None while nobody knows who the customer is.

    Raises: CapillaryError
    """
    if request.customer_id is None:
        return None
    answer = client_for(actor).send(goodwill.requests(customer_id=request.customer_id))
    return year_from(answer.rows, average=average_of(request.store))


def year_from(rows: Iterable[GoodwillRow], *, average: Decimal | None, now: datetime | None = None) -> Year:
    """The year of rows of the outside, whatever their order."""
    now = timezone.localtime(now or timezone.now())
    months = _months(now)
    told = list(rows)
    recent = [row for row in told if row.status.upper() == "APPROVED" and _month(row) in months]
    sums = {month: Decimal(0) for month in months}
    for row in recent:
        if row.kind == "POINTS" and row.approved_value and (month := _month(row)):
            sums[month] += row.approved_value
    most = max(sums.values(), default=Decimal(0))
    return Year(
        bars=[_bar(place, month, sums[month], most) for place, month in enumerate(months)],
        points=sum(sums.values(), Decimal(0)),
        acts=sum(row.kind == "POINTS" for row in recent),
        coupons=sum(row.kind == "COUPON" for row in recent),
        pending=sum(row.status.upper() == "PENDING" for row in told),
        average=average,
    )


def average_of(store: Store | None) -> Decimal | None:
    """Points of twelve months per customer who got any at this store; None without any. One query."""
    if store is None:
        return None
    rows = GoodwillRequest.objects.filter(
        store=store, asked_at__gt=timezone.now() - YEAR, state__in=GIVEN, kind=Kind.POINTS
    ).order_by()
    sums: dict[str, Any] = rows.aggregate(
        points=Sum("approved_amount"), people=Count("customer_id", distinct=True)
    )
    if not sums["people"] or sums["points"] is None:
        return None
    return (Decimal(sums["points"]) / int(sums["people"])).quantize(Decimal(1))


def given_in(total: Decimal, acts: int, coupons: int) -> str:
    """``550 points in 2 acts and 1 coupon.``, without what there is none of; "" for nothing at all."""
    told = []
    if acts:
        words = ngettext("%(points)s in %(count)s act", "%(points)s in %(count)s acts", acts)
        told.append(words % {"points": points(total), "count": acts})
    if coupons:
        told.append(ngettext("%(count)s coupon", "%(count)s coupons", coupons) % {"count": coupons})
    return _("%(given)s.") % {"given": _(" and ").join(told)} if told else ""


def _months(now: datetime) -> list[date]:
    """The first days of the last twelve months, this one last."""
    here = now.year * 12 + now.month - 1
    return [date(place // 12, place % 12 + 1, 1) for place in range(here - COUNT + 1, here + 1)]


def _month(row: GoodwillRow) -> date | None:
    at = row.updated_at or row.added_at
    return timezone.localdate(at).replace(day=1) if at else None


def _bar(place: int, month: date, points: Decimal, most: Decimal) -> Bar:
    height = max(LOWEST, int(points * TALLEST / most)) if points else 1
    name = date_format(month, "F")
    return Bar(name[:1], name, points, 4 + STEP * place, FLOOR - height, height)

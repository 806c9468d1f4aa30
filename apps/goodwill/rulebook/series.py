"""Which coupon series may be given: the outside lists them, the administrator allows them one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Call
from apps.capillary.resources import coupons
from apps.capillary.types_coupons import CouponSeries as Listed
from apps.core.errors import Conflict
from apps.core.formats import money, number
from apps.goodwill.models import CouponSeries
from apps.goodwill.ruling import check_may, save_rule
from apps.staff.confirming.guard import let_through
from apps.staff.connection import client_for
from apps.staff.models import User

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series as the page lists it.

    told   what the outside says about it, None when it was not asked or does not list it
    kept   the console's own row, None while it was never allowed
    """

    outside_id: str
    told: Listed | None
    kept: CouponSeries | None

    @property
    def name(self) -> str:
        """As people choose it, or as the outside names it."""
        return self.kept.name if self.kept else self.told.description if self.told else self.outside_id

    @property
    def outside_name(self) -> str:
        """The outside's name where it differs."""
        return self.told.description if self.told and self.told.description != self.name else ""

    @property
    def is_allowed(self) -> bool:
        """Whether people may choose it."""
        return self.kept is not None and self.kept.is_active

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.told is not None and self.told.ended(timezone.localdate())

    @property
    def valid_till(self) -> date | None:
        """Its last day, None for one without end."""
        return self.told.valid_till if self.told else None

    @property
    def worth(self) -> str:
        """``500.00 INR`` or ``15 %``, "" where the outside does not tell."""
        return worth_words(self.told.discount_type, self.told.discount_value) if self.told else ""


def worth_words(discount_type: str, value: Decimal | None) -> str:
    """``500.00 INR`` or ``15 %`` (discount_type PERC), "" where there is no value."""
    if value is None:
        return ""
    if discount_type == "PERC":
        return _("%(percent)s %%") % {"percent": number(value)}
    return money(value, settings.CAPILLARY["currency"])


def series_call() -> Call[tuple[Listed, ...]]:
    """The read that lists them."""
    return coupons.series()


def series_rows(listed: Iterable[Listed] | None) -> list[SeriesRow]:
    """Allowed ones first, then by name; without the outside's list (None) only those the console keeps."""
    kept = {one.outside_id: one for one in CouponSeries.objects.all()}
    told = {one.id: one for one in listed or ()}
    rows = [SeriesRow(each, told.get(each), kept.get(each)) for each in kept.keys() | told.keys()]
    return sorted(rows, key=lambda row: (not row.is_allowed, row.has_ended, row.name.casefold()))


def living_series(*, actor: Actor, user: User, outside_id: str) -> str:
    """The name under which the outside lists it. Asked first, so that only a living series is allowed.

    Raises: Refused; Conflict when it is not listed or has ended; CapillaryError when the outside does not answer
    """
    check_may(user)
    told = next((one for one in client_for(actor).send(series_call()) if one.id == outside_id), None)
    if told is None:
        raise Conflict(_("Capillary does not list this series any more, so it stays off."))
    if told.ended(timezone.localdate()):
        raise Conflict(_("The last day of this series is over, so it stays off."))
    return (told.description or outside_id)[:LONGEST_NAME]


def offer_series(*, actor: Actor, user: User, outside_id: str, name: str) -> CouponSeries:
    """Let people choose it from now on; one the console knows already keeps its name. Raises Refused."""
    found = CouponSeries.objects.filter(outside_id=outside_id).first()
    series = found or CouponSeries(outside_id=outside_id, name=name)
    series.is_active = True
    return save_rule(actor=actor, user=user, rule=series)


def disallow_series(*, actor: Actor, user: User, series: CouponSeries) -> CouponSeries:
    """Offer it no more; requests that wait keep it. The outside is not asked. Raises Refused.

    One person is enough: it only takes away.
    """
    series.is_active = False
    with let_through():
        return save_rule(actor=actor, user=user, rule=series)

"""What Capillary says the coupons of a series give: read when somebody chooses one, and kept for some minutes."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core import caching
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.hashes import hash_of_secret
from apps.goodwill.models import CouponSeries
from apps.goodwill.rulebook.series import series_call, worth_words
from apps.staff.connection import client_for, config

# What a series gives is nobody's secret and changes rarely; who types asks once.
KEPT_SECONDS, FAILED_SECONDS = 10 * 60, 60
KEY = "goodwill.coupon_told"


@dataclass(frozen=True, slots=True)
class Told:
    """One series. name as Capillary calls it;  discount_type ABS or PERC, value accordingly, None not told."""

    name: str
    discount_type: str
    value: Decimal | None

    @property
    def words(self) -> str:
        """``Goodwill voucher Rs 500, worth 500.00 INR``."""
        worth = worth_words(self.discount_type, self.value)
        if not (self.name and worth):
            return self.name or worth
        return _("%(name)s, worth %(worth)s") % {"name": self.name, "worth": worth}


def told_words(actor: Actor, series: CouponSeries) -> str:
    """What it gives, as a sentence; also that this cannot be read now. At most one call.

    Raises: TraceUnavailable
    """
    key = f"{KEY}:{hash_of_secret(config().key)}"
    listed: dict[str, Told] | None = caching.get(key)
    if listed is None:
        try:
            listed = {
                one.id: Told(one.description, one.discount_type, one.discount_value)
                for one in client_for(actor).send(series_call())
            }
        except TraceUnavailable:
            raise
        except ConsoleError:
            # Whoever goes on typing does not ask again at once.
            caching.put(key, {}, FAILED_SECONDS)
            return _unread()
        caching.put(key, listed, KEPT_SECONDS)
    if not listed:
        return _unread()
    told = listed.get(series.outside_id)
    if told is None:
        return _("Capillary does not list this series any more.")
    return _("In Capillary: %(told)s.") % {"told": told.words or series.outside_id}


def _unread() -> str:
    return _("What this series gives cannot be read from Capillary now.")

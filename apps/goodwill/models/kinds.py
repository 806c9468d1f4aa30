"""Small things every table of the room shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from ulid import ULID


class Kind(models.TextChoices):
    """What is given. Amounts are points, or for coupons how many (one a request)."""

    POINTS = "points", _("Points")
    COUPON = "coupon", _("Coupon")


def new_reference() -> str:
    """A fresh reference of a request or an act: a ULID, so that references sort by time."""
    return str(ULID())

"""Small things every table of the room shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is given. Amounts are points, or for coupons how many (one a request)."""

    POINTS = "points", _("Points")
    COUPON = "coupon", _("Coupon")

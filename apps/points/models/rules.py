"""What administrators set for redeeming and reversing."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class PointsRules(models.Model):
    """How points are redeemed and given back in a store; the row without a store holds for the others.

    redeem_level, reverse_level  how sure one must be of the caller: "" (not at all), number_matched,
                                 questions_passed or code_passed. A code given with the redemption counts.
    missed_call_roles, skip_code_roles  role codes that may redeem by missed call, or without any code
    alone_up_to      points a reversal may give back without a second person; None: any number
    resend_seconds   how long until a code may be sent again
    proof_minutes    what the outside said it did must be seen there by then
    decimals         places after the point by programme id: {"101": 0}; a programme not named here may have up
                     to three, and the outside says when that is too many
    """

    class Level(models.TextChoices):
        NONE = "", _("Not at all")
        NUMBER_MATCHED = "number_matched", _("Number matched")
        QUESTIONS_PASSED = "questions_passed", _("Questions passed")
        CODE_PASSED = "code_passed", _("One-time code")

    store = models.ForeignKey(
        "staff.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    redeem_level = models.CharField(
        _("to redeem"), max_length=20, choices=Level.choices, blank=True, default=Level.NONE
    )
    reverse_level = models.CharField(
        _("to reverse"), max_length=20, choices=Level.choices, blank=True, default=Level.NONE
    )
    missed_call_roles = models.JSONField(_("may redeem by missed call"), default=list, blank=True)
    skip_code_roles = models.JSONField(_("may redeem without a code"), default=list, blank=True)
    alone_up_to = models.DecimalField(
        _("reversed alone up to"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        default=Decimal(500),
    )
    resend_seconds = models.PositiveIntegerField(_("code again after seconds"), default=30)
    proof_minutes = models.PositiveIntegerField(_("proved within minutes"), default=15)
    decimals = models.JSONField(_("decimal places by programme"), default=dict, blank=True)

    class Meta:
        verbose_name_plural = "points rules"
        constraints = [
            models.UniqueConstraint(Coalesce("store", 0), name="points_rules_once"),
            models.CheckConstraint(
                name="points_rules_make_sense",
                condition=Q(proof_minutes__gt=0) & (Q(alone_up_to=None) | Q(alone_up_to__gte=0)),
            ),
        ]

"""The acts of this room that can be switched off."""

from django.utils.translation import gettext_lazy as _

from apps.operations.switches import register_act

REDEEM = register_act(
    "redeem",
    _("Redeeming points"),
    permission="staff.redeem_points",
    meanwhile=_(
        "No code is sent and no points are redeemed. What is already on its way is still looked for."
    ),
).code
REVERSE = register_act(
    "reverse",
    _("Reversing redemptions"),
    permission="staff.reverse_redemptions",
    meanwhile=_(
        "No points are given back and no reversal is approved. Rejecting and withdrawing stay possible."
    ),
).code

"""What redeeming adds to the customer's page, as plain data: that room reads it and is not imported."""

from django.utils.translation import gettext_lazy as _

ACTIONS = [
    {
        "title": _("Redeem points"),
        "icon": "coins",
        "url_name": "points:redeem",
        "key": "e",
        "permission": "staff.redeem_points",
    }
]

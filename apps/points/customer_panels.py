"""What redeeming adds to the customer's page, as plain data: that room reads it and is not imported."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# In the order of the page's tabs. `template` is the view's own: the page reads the other values.
STATEMENT: dict[str, Any] = {
    "tab": "points",
    "name": "statement",
    "title": _("Points statement"),
    "source": "v2",
    "url_name": "points:customer_statement",
    "permission": "staff.view_customers",
    "template": "points/panels/statement.html",
}
REDEMPTIONS: dict[str, Any] = {
    "tab": "redemptions",
    "name": "redemptions",
    "title": _("Redemptions"),
    "source": "v1.1",
    "url_name": "points:customer_redemptions",
    "permission": "staff.view_customers",
    "template": "points/panels/redemptions.html",
}
PANELS = [STATEMENT, REDEMPTIONS]
ACTIONS = [
    {
        "title": _("Redeem points"),
        "icon": "coins",
        "url_name": "points:redeem",
        "key": "e",
        "permission": "staff.redeem_points",
    }
]

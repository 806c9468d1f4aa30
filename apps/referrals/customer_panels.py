"""What referrals add to the customer's page, as plain data: that room reads it and is not imported."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REFERRALS: dict[str, Any] = {
    "tab": "referrals",
    "name": "referrals",
    "title": _("Referrals"),
    "source": _("v2 and v1.1"),
    "url_name": "referrals:customer_panel",
    "permission": "staff.view_customers",
}
PANELS = [REFERRALS]
ACTIONS = [
    {
        "title": _("Invite friends"),
        "icon": "user-plus",
        "url_name": "referrals:invite",
        "key": "f",
        "permission": "staff.invite_referrals",
        "drawer": True,
    }
]

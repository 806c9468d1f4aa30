"""What goodwill adds to the customer's page, as plain data: that room reads it and is not imported."""

from django.utils.translation import gettext_lazy as _

PANELS = [
    {
        "tab": "goodwill",
        "name": "goodwill_asked",
        "title": _("Asked in this console"),
        "source": _("Console"),
        "url_name": "goodwill:customer_panel",
        "permission": "staff.ask_goodwill",
    }
]
ACTIONS = [
    {
        "title": _("Raise goodwill"),
        "icon": "gift",
        "url_name": "goodwill:ask",
        "key": "w",
        "permission": "staff.ask_goodwill",
        "drawer": True,
    }
]

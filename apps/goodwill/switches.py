"""Goodwill can be switched off, for a store or for all: see `apps.operations.switches`."""

from django.utils.translation import gettext_lazy as _

from apps.operations.switches import register_act

GOODWILL = register_act(
    "goodwill",
    _("Goodwill"),
    permission="staff.ask_goodwill",
    meanwhile=_("Nothing can be asked for or approved until it is on again."),
).code

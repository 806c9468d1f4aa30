"""What this room writes into the trail, as sentences."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "operations"

register(
    "operations.switched_off",
    _("%(actor)s switched %(what)s off for %(subject)s: %(reason)s"),
    icon="lock",
    family=FAMILY,
    reason=True,
)
register(
    "operations.switched_on",
    _("%(actor)s switched %(what)s on again for %(subject)s: %(reason)s"),
    icon="circle-check",
    family=FAMILY,
    reason=True,
)

"""The act of this room that can be switched off."""

from django.utils.translation import gettext_lazy as _

from apps.operations.switches import register_act

INVITE = register_act(
    "invite",
    _("Inviting friends"),
    permission="staff.invite_referrals",
    meanwhile=_("Nobody is invited. What is already on its way is still looked for."),
).code

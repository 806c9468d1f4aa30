"""What single sign-on and links for one sign-in write into the trail, and how it reads."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "access"

register(
    "staff.oidc_refused",
    _("A sign-in by %(subject)s was refused (%(problem)s)."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.oidc_signed_out",
    _("%(actor)s signed %(subject)s out: %(count)s sessions ended."),
    icon="logout",
    family=FAMILY,
)
register(
    "staff.oidc_logout_refused",
    _("A sign-out by %(subject)s was refused (%(problem)s)."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.oidc_linked",
    _("%(actor)s signs in by %(provider)s from now on."),
    icon="shield-check",
    family=FAMILY,
)
register(
    "staff.oidc_unlinked",
    _("%(actor)s ended the link of %(subject)s to an account at %(provider)s."),
    icon="circle-x",
    family="staff",
)
register(
    "staff.sign_in_link_made",
    _("%(actor)s made a link by which %(subject)s can sign in once."),
    icon="lock",
    family=FAMILY,
    reason=True,
)
register(
    "staff.sign_in_link_refused",
    _("A link for one sign-in was refused: it has run out, was used, or is not whole."),
    icon="shield-x",
    family=FAMILY,
)

"""What is written about sessions and passwords, and how it reads."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "access"

register(
    "staff.session_ended", _("%(actor)s ended their session in %(browser)s."), icon="logout", family=FAMILY
)
register(
    "staff.sessions_ended",
    _("%(actor)s ended %(count)s sessions of %(subject)s."),
    icon="logout",
    family=FAMILY,
)
register("staff.unlocked", _("%(actor)s opened their locked page."), icon="lock-check", family=FAMILY)
register(
    "staff.reset_asked",
    _("Somebody asked for a new password for %(email)s."),
    icon="mail",
    family=FAMILY,
)
register(
    "staff.reset_refused",
    _("A new password for %(email)s was not sent: asked too often."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.reset_sent", _("A link for a new password was sent to %(subject)s."), icon="mail", family=FAMILY
)
register(
    "staff.reset_used",
    _("%(actor)s set a new password by the link they were sent."),
    icon="lock-check",
    family=FAMILY,
)
register(
    "staff.reset_link_refused",
    _("A link for a new password was opened that does not work."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.tries_counted",
    _("%(count)s more tries came from one address within a minute and were counted only: %(kind)s."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.resealing",
    _("%(actor)s began to seal anew, under the secret key of now, what is kept under older ones."),
    icon="lock-check",
    family="staff",
)
register(
    "staff.resealed",
    _("%(actor)s sealed %(count)s values anew, under the secret key of now."),
    icon="lock-check",
    family="staff",
)
register(
    "staff.letter_not_sent",
    _("A mail to %(subject)s could not be sent: %(kind)s."),
    icon="alert-circle",
    family="staff",
)

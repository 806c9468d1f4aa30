"""What staff writes into the trail, and how it reads."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register

FAMILY = "access"

register("staff.signed_in", _("%(actor)s signed in."), icon="user-check", family=FAMILY)
register("staff.signed_out", _("%(actor)s signed out."), icon="logout", family=FAMILY)
register("staff.sign_in_refused", _("A sign-in as %(email)s was refused."), icon="shield-x", family=FAMILY)
register(
    "staff.locked_out",
    _("Sign-in as %(email)s was refused: paused after too many wrong tries."),
    icon="lock",
    family=FAMILY,
)
register("staff.refused", _("%(actor)s was refused: %(subject)s."), icon="shield-x", family=FAMILY)
register("staff.password_changed", _("%(actor)s changed their password."), icon="lock-check", family=FAMILY)
register(
    "staff.password_refused",
    _("%(actor)s did not know the current password when changing it."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.store_switched", _("%(actor)s now acts for %(subject)s."), icon="building-store", family=FAMILY
)
register(
    "staff.administrator_created",
    _("%(actor)s made %(subject)s an administrator."),
    icon="user-plus",
    family="staff",
)
register("staff.person_added", _("%(actor)s added %(subject)s."), icon="user-plus", family="staff")
register(
    "staff.mobile_set",
    _("%(actor)s told the console %(subject)s's own mobile."),
    icon="user-shield",
    family="staff",
)
register(
    "staff.mobile_removed",
    _("%(actor)s took away what the console knew of %(subject)s's own mobile."),
    icon="user-shield",
    family="staff",
)
register(
    "staff.role_given",
    _("%(actor)s gave %(subject)s the role %(role)s in %(store)s."),
    icon="user-shield",
    family="staff",
)
register(
    "staff.store_added", _("%(actor)s added the store %(subject)s."), icon="building-store", family="staff"
)
register(
    "staff.demo_seeded", _("%(actor)s added the people and stores of the demo."), icon="users", family="staff"
)

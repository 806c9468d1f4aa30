"""What staff writes into the trail, and how it reads."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register
from apps.staff.page_names import call_in_words, refusal_in_words

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
register(
    "staff.refused",
    _("%(actor)s was refused: %(page)s."),
    icon="shield-x",
    family=FAMILY,
    in_words=refusal_in_words,
)
register("staff.password_changed", _("%(actor)s changed their password."), icon="lock-check", family=FAMILY)
register(
    "staff.password_refused",
    _("%(actor)s did not know the current password when changing it."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.preferences_changed",
    _("%(actor)s changed what they see: language, time zone, look or keys."),
    icon="adjustments",
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
    "staff.role_refused",
    _("%(actor)s could not give %(subject)s the role %(role)s: it may not meet what they hold."),
    icon="shield-x",
    family="staff",
)
register(
    "staff.role_ended",
    _("%(actor)s ended the role %(role)s of %(subject)s in %(store)s, last day %(last_day)s."),
    icon="user-shield",
    family="staff",
)
register(
    "staff.person_moved",
    _("%(actor)s moved %(subject)s, %(role)s, to the store %(store)s."),
    icon="building-store",
    family="staff",
)
register("staff.person_deactivated", _("%(actor)s deactivated %(subject)s."), icon="lock", family="staff")
register(
    "staff.person_reactivated", _("%(actor)s reactivated %(subject)s."), icon="user-check", family="staff"
)
register(
    "staff.person_invited",
    _("%(actor)s invited %(subject)s as %(role)s in %(store)s."),
    icon="user-plus",
    family="staff",
)
register(
    "staff.invite_sent_again",
    _("%(actor)s made a new link for %(subject)s; the old one is dead."),
    icon="mail",
    family="staff",
)
register(
    "staff.invite_not_sent",
    _("The mail with the link for %(subject)s could not be sent."),
    icon="alert-circle",
    family="staff",
)
register(
    "staff.invite_withdrawn",
    _("%(actor)s withdrew the invitation of %(subject)s."),
    icon="circle-x",
    family="staff",
)
register(
    "staff.invite_accepted",
    _("%(actor)s set their first password by their link."),
    icon="lock-check",
    family=FAMILY,
)
register(
    "staff.store_added", _("%(actor)s added the store %(subject)s."), icon="building-store", family="staff"
)
register(
    "staff.store_changed",
    _("%(actor)s changed the store %(subject)s."),
    icon="building-store",
    family="staff",
)
register("staff.store_closed", _("%(actor)s closed the store %(subject)s."), icon="lock", family="staff")
register(
    "staff.store_reopened",
    _("%(actor)s reopened the store %(subject)s."),
    icon="building-store",
    family="staff",
)
register(
    "staff.till_sign_in_given",
    _("%(actor)s set the sign-in of the till of %(subject)s."),
    icon="lock-check",
    family="staff",
)
register(
    "staff.till_sign_in_removed",
    _("%(actor)s removed the sign-in of the till of %(subject)s."),
    icon="lock",
    family="staff",
)
register(
    "staff.till_sign_in_tried",
    _("%(actor)s tried the sign-in of the till of %(subject)s: %(said)s"),
    icon="plug-connected",
    family="staff",
)
register(
    "staff.connection_checked",
    _(
        "%(actor)s checked the set-up of the connection: %(on)s on, %(off)s off, %(wrong)s to correct, "
        "%(unknown)s not known."
    ),
    icon="plug-connected",
    family="staff",
)
register(
    "staff.demo_seeded", _("%(actor)s added the people and stores of the demo."), icon="users", family="staff"
)
register(
    "staff.first_step",
    _("The first step of a sign-in as %(subject)s was right (%(way)s); a second factor is asked for."),
    icon="lock",
    family=FAMILY,
)
register(
    "staff.factor_refused",
    _("A sign-in as %(subject)s was refused: the second factor (%(way)s) was not right."),
    icon="shield-x",
    family=FAMILY,
)
register("staff.passkey_refused", _("A sign-in by passkey was refused."), icon="shield-x", family=FAMILY)
register(
    "staff.proved", _("%(actor)s showed again who they are, by %(way)s."), icon="user-check", family=FAMILY
)
register(
    "staff.proof_refused",
    _("%(actor)s was to show again who they are and could not, by %(way)s."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "staff.factor_added",
    _("%(actor)s set up a second factor: %(subject)s."),
    icon="lock-check",
    family=FAMILY,
)
register(
    "staff.factor_not_added",
    _("%(actor)s could not set up a second factor: %(subject)s."),
    icon="shield-x",
    family=FAMILY,
)
register("staff.factor_renamed", _("%(actor)s renamed a passkey to %(subject)s."), icon="lock", family=FAMILY)
register(
    "staff.factor_removed", _("%(actor)s removed a second factor: %(subject)s."), icon="lock", family=FAMILY
)
register(
    "staff.recovery_made",
    _("%(actor)s made new recovery codes; those from before are dead."),
    icon="certificate",
    family=FAMILY,
)
register(
    "staff.recovery_used",
    _("A recovery code of %(subject)s was used; %(left)s are left."),
    icon="certificate",
    family=FAMILY,
)
register(
    "staff.factors_reset",
    _("%(actor)s removed every second factor of %(subject)s."),
    icon="shield-x",
    family="staff",
    reason=True,
)
register(
    "staff.factor_mail_not_sent",
    _("The mail to %(subject)s about their second factor could not be sent."),
    icon="alert-circle",
    family="staff",
)
register(
    "api.key_made",
    _("%(actor)s made a key for the program %(subject)s: %(scopes)s, until %(last_day)s."),
    icon="certificate",
    family=FAMILY,
)
register(
    "api.key_revoked",
    _("%(actor)s revoked the key of the program %(subject)s."),
    icon="shield-x",
    family=FAMILY,
)
register(
    "api.called",
    _("%(actor)s called %(page)s over the API."),
    icon="eye",
    family=FAMILY,
    in_words=call_in_words,
)
register("api.document_read", _("%(actor)s read what programs may ask."), icon="eye", family=FAMILY)
register("api.refused", _("A program came with a key that does not work."), icon="shield-x", family=FAMILY)
register(
    "staff.people_exported",
    _("%(actor)s took along everybody who works with the console as a file: %(rows)s rows."),
    icon="download",
    family="staff",
)
register(
    "staff.people_imported",
    _("%(actor)s applied the file %(subject)s: %(people)s people invited, %(role)s roles given to others."),
    icon="users",
    family="staff",
)
register(
    "staff.review.opened",
    _("%(actor)s began the access review %(subject)s: %(rights)s rights, due on %(due)s."),
    icon="list-check",
    family="staff",
)
register(
    "staff.review.kept",
    _("%(actor)s looked at the role %(role)s of %(subject)s in %(store)s and kept it (%(review)s)."),
    icon="circle-check",
    family="staff",
)
register(
    "staff.review.removed",
    _("%(actor)s took the role %(role)s in %(store)s from %(subject)s (%(review)s): %(reason)s"),
    icon="circle-x",
    family="staff",
    reason=True,
)
register(
    "staff.review.closed",
    _(
        "%(actor)s closed the access review %(subject)s: %(keep)s kept, %(remove)s removed, file %(file_sha256)s."
    ),
    icon="certificate",
    family="staff",
)
register(
    "staff.review.fetched",
    _("%(actor)s fetched the result of the access review %(subject)s (%(form)s)."),
    icon="download",
    family="staff",
)
register(
    "staff.role_made",
    _("%(actor)s made the role %(subject)s, held %(where)s."),
    icon="user-shield",
    family="staff",
)
register(
    "staff.role_changed", _("%(actor)s changed the role %(subject)s."), icon="user-shield", family="staff"
)
register(
    "staff.role_retired",
    _("%(actor)s retired the role %(subject)s: nobody gets it any more."),
    icon="circle-x",
    family="staff",
)
register(
    "staff.role_not_made",
    _("%(actor)s could not make or change the role %(subject)s: %(reason)s"),
    icon="shield-x",
    family="staff",
    reason=True,
)
CHANGE = "staff.change"
register(
    f"{CHANGE}.proposed",
    _("%(actor)s asked a second person to confirm: %(what)s, %(subject)s. %(reason)s"),
    icon="hourglass",
    family="staff",
    reason=True,
)
register(
    f"{CHANGE}.not_proposed",
    _("%(actor)s could not ask for: %(what)s, %(subject)s. %(reason)s"),
    icon="shield-x",
    family="staff",
    reason=True,
)
register(
    f"{CHANGE}.confirmed",
    _("%(actor)s confirmed what %(asked_by)s had asked for: %(what)s, %(subject)s."),
    icon="checks",
    family="staff",
)
register(
    f"{CHANGE}.not_confirmed",
    _("%(actor)s could not confirm what %(asked_by)s had asked for, %(subject)s: %(reason)s"),
    icon="shield-x",
    family="staff",
    reason=True,
)
register(
    f"{CHANGE}.refused",
    _("%(actor)s refused what %(asked_by)s had asked for: %(what)s, %(subject)s. %(reason)s"),
    icon="circle-x",
    family="staff",
    reason=True,
)
register(
    f"{CHANGE}.withdrawn",
    _("%(actor)s withdrew what they had asked for: %(what)s, %(subject)s."),
    icon="x",
    family="staff",
)
register(
    f"{CHANGE}.run_out",
    _("Nobody confirmed in time what %(asked_by)s had asked for: %(subject)s."),
    icon="clock",
    family="staff",
)

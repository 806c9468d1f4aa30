"""What the referrals room writes into the trail, as sentences."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import Text, register
from apps.audit.subjects import link_subjects
from apps.referrals.numbers import address_of

FAMILY = "referrals"


def of(name: str, sentence: Text, icon: str, *, not_done: Text = "", unknown: Text = "") -> None:
    """A sentence of this room; %(subject)s is the invitation's number."""
    told = {outcome: words for outcome, words in {"not_done": not_done, "unknown": unknown}.items() if words}
    register(f"referrals.{name}", sentence, icon=icon, family=FAMILY, others=told)


of(
    "invitation.begun",
    _("%(actor)s is inviting %(people)s for customer %(customer)s (%(subject)s)."),
    "hourglass",
)
of(
    "invited",
    _("%(actor)s invited %(people)s for customer %(customer)s (%(subject)s)."),
    "user-plus",
    not_done=_("Nobody was invited by %(actor)s for customer %(customer)s (%(subject)s)."),
    unknown=_("Whom %(actor)s invited for customer %(customer)s (%(subject)s) is not known yet."),
)
of(
    "invitation.refused",
    _("%(actor)s invited nobody for customer %(customer)s: %(reason)s"),
    "lock",
    not_done=_("%(actor)s invited nobody for customer %(customer)s: %(reason)s"),
)
of("invitation.checked", _("%(actor)s looked what became of %(subject)s."), "refresh")
of(
    "invitation.given_up",
    _("%(actor)s said that those of %(subject)s who are not known were not invited: %(reason)s"),
    "arrow-back-up",
)
of("invitation.viewed", _("%(actor)s read the invitation %(subject)s."), "eye")
of("code.checked", _("%(actor)s checked a referral code: %(verdict)s."), "hash")
of("signal.found", _("The console noticed: %(subject)s."), "alert-triangle")
of("signal.looked_at", _("%(actor)s looked at a signal (%(subject)s): %(reason)s"), "eye")
of("rules.saved", _("%(actor)s set %(subject)s."), "adjustments")
of("rules.removed", _("%(actor)s removed %(subject)s."), "adjustments")
link_subjects(FAMILY, address_of)

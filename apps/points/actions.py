"""What the points room writes into the trail, as sentences."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import Text, register
from apps.audit.subjects import link_subjects
from apps.points.numbers import address_of

FAMILY = "points"


def of(
    name: str, sentence: Text, icon: str, *, not_done: Text = "", unknown: Text = "", moves: bool = False
) -> None:
    """A sentence about one act; %(subject)s is its number."""
    told = {outcome: words for outcome, words in {"not_done": not_done, "unknown": unknown}.items() if words}
    register(f"points.{name}", sentence, icon=icon, family=FAMILY, moves=moves, others=told)


of(
    "code.sent",
    _("%(actor)s had a one-time code sent to customer %(customer)s for %(given)s."),
    "send",
    not_done=_("No one-time code was sent to customer %(customer)s."),
    unknown=_("Whether a one-time code was sent to customer %(customer)s is not known."),
)
of(
    "redemption.begun",
    _("%(actor)s began to redeem %(given)s of customer %(customer)s (%(subject)s)."),
    "hourglass",
)
of(
    "redemption.redeemed",
    _("%(actor)s redeemed %(given)s of customer %(customer)s (%(subject)s)."),
    "coin",
    moves=True,
    not_done=_("The redemption %(subject)s by %(actor)s did not take place."),
    unknown=_("Whether the redemption %(subject)s by %(actor)s took place is not known yet."),
)
of("redemption.refused", _("%(actor)s may not redeem points of customer %(customer)s: %(reason)s"), "lock")
of("redemption.proved", _("The books show %(given)s of %(subject)s."), "circle-check", moves=True)
of(
    "redemption.not_proved",
    _("%(subject)s was answered with yes and the books do not show it in time."),
    "alert-triangle",
)
of("redemption.checked", _("%(actor)s looked what became of %(subject)s."), "refresh")
of("redemption.found", _("%(actor)s said which redemption %(subject)s is: %(reason)s"), "circle-check")
of(
    "redemption.given_up",
    _("%(actor)s said that %(subject)s did not take place: %(reason)s"),
    "arrow-back-up",
)
of(
    "redemption.not_said",
    _("%(actor)s may not say what became of %(subject)s: %(reason)s"),
    "lock",
)
of("redemption.viewed", _("%(actor)s read the redemption %(subject)s."), "eye")

of(
    "reversal.asked",
    _("%(actor)s asked to give %(given)s back to customer %(customer)s (%(subject)s)."),
    "arrow-back-up",
)
of(
    "reversal.begun",
    _("%(actor)s began to give %(given)s back to customer %(customer)s (%(subject)s)."),
    "hourglass",
)
of("reversal.approved", _("%(actor)s approved %(subject)s: %(given)s."), "checks")
of("reversal.rejected", _("%(actor)s rejected %(subject)s: %(reason)s"), "circle-x")
of("reversal.withdrawn", _("%(actor)s withdrew %(subject)s."), "x")
of(
    "reversal.given_back",
    _("%(actor)s gave %(given)s back to customer %(customer)s (%(subject)s)."),
    "arrow-back-up",
    moves=True,
    not_done=_("The reversal %(subject)s by %(actor)s did not take place."),
    unknown=_("Whether the reversal %(subject)s by %(actor)s took place is not known yet."),
)
of(
    "reversal.refused",
    _("%(actor)s may not reverse a redemption of customer %(customer)s: %(reason)s"),
    "lock",
)
of(
    "reversal.not_asked",
    _("%(actor)s was refused giving %(given)s back to customer %(customer)s: %(reason)s"),
    "lock",
)
of("reversal.not_decided", _("%(actor)s was refused a decision on %(subject)s: %(reason)s"), "lock")
of("reversal.opened", _("%(actor)s opened %(subject)s to decide on it."), "eye")
of("reversal.proved", _("The books show %(given)s of %(subject)s."), "circle-check", moves=True)
of(
    "reversal.not_proved",
    _("%(subject)s was answered with yes and the books do not show it in time."),
    "alert-triangle",
)
of("reversal.checked", _("%(actor)s looked what became of %(subject)s."), "refresh")
of("reversal.found", _("%(actor)s said which reversal %(subject)s is: %(reason)s"), "circle-check")
of("reversal.given_up", _("%(actor)s said that %(subject)s did not take place: %(reason)s"), "arrow-back-up")
of(
    "reversal.not_said",
    _("%(actor)s may not say what became of %(subject)s: %(reason)s"),
    "lock",
)
of("reversal.viewed", _("%(actor)s read the reversal %(subject)s."), "eye")

register("points.rules.saved", _("%(actor)s set %(subject)s."), icon="adjustments", family=FAMILY)
register("points.rules.removed", _("%(actor)s removed %(subject)s."), icon="adjustments", family=FAMILY)
link_subjects(FAMILY, address_of)

"""What the goodwill room writes into the trail, as sentences."""

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import Text, register
from apps.audit.subjects import link_subjects
from apps.goodwill.numbers import address_of

FAMILY = "goodwill"


def of_request(
    name: str, sentence: Text, icon: str, *, not_done: Text = "", unknown: Text = "", moves: bool = False
) -> None:
    """A sentence about one request; %(subject)s is its number."""
    others = {"not_done": not_done, "unknown": unknown}
    told = {outcome: words for outcome, words in others.items() if words}
    register(f"goodwill.request.{name}", sentence, icon=icon, family=FAMILY, moves=moves, others=told)


of_request("asked", _("%(actor)s asked for %(given)s for customer %(customer)s (%(subject)s)."), "gift")
of_request(
    "sent",
    _("Capillary has the request %(subject)s of %(actor)s."),
    "send",
    not_done=_("The request %(subject)s was not taken by Capillary."),
    unknown=_("Whether Capillary has the request %(subject)s is not known yet."),
)
of_request("approval_begun", _("%(actor)s began to approve %(given)s (%(subject)s)."), "hourglass")
of_request("rejection_begun", _("%(actor)s is rejecting %(subject)s: %(reason)s"), "hourglass")
of_request("withdrawal_begun", _("%(actor)s is withdrawing %(subject)s: %(reason)s"), "hourglass")
of_request(
    "approved",
    _("%(actor)s approved %(given)s for customer %(customer)s (%(subject)s)."),
    "checks",
    moves=True,
    not_done=_("The approval of %(subject)s by %(actor)s did not take place."),
    unknown=_("Whether the approval of %(subject)s by %(actor)s took place is not known yet."),
)
of_request("approved_first", _("%(actor)s approved %(subject)s first; another person decides too."), "checks")
of_request(
    "rejected",
    _("%(actor)s rejected %(subject)s."),
    "circle-x",
    not_done=_("The rejection of %(subject)s by %(actor)s did not take place."),
    unknown=_("Whether the rejection of %(subject)s by %(actor)s took place is not known yet."),
)
of_request(
    "withdrawn",
    _("%(actor)s withdrew %(subject)s."),
    "x",
    not_done=_("The withdrawal of %(subject)s by %(actor)s did not take place."),
    unknown=_("Whether the withdrawal of %(subject)s by %(actor)s took place is not known yet."),
)
of_request("sent_back", _("%(actor)s sent %(subject)s back: %(reason)s"), "arrow-back-up")
of_request("answered", _("%(actor)s answered on %(subject)s."), "note")
of_request("decided_elsewhere", _("%(subject)s was decided elsewhere, by %(who)s: %(state)s."), "info-circle")
of_request("refused", _("%(actor)s may not decide on %(subject)s: %(reason)s"), "lock")
of_request("opened", _("%(actor)s opened the evidence of %(subject)s."), "eye")
of_request("viewed", _("%(actor)s read the request %(subject)s."), "eye")
of_request("handed_on", _("%(subject)s goes to a person: %(reason)s"), "info-circle")
of_request("credited", _("%(given)s of %(subject)s found in the %(source)s."), "circle-check", moves=True)
of_request("not_credited", _("%(subject)s is approved and not credited in time."), "alert-triangle")
of_request(
    "escalated", _("%(subject)s waits too long; besides those of its store it goes to: %(to)s."), "clock"
)
of_request("checked", _("%(actor)s looked what became of %(subject)s."), "refresh")
of_request(
    "given_up", _("%(actor)s said that it did not take place (%(subject)s): %(reason)s"), "arrow-back-up"
)
register(
    "goodwill.taken_in",
    _("%(count)s requests made elsewhere came into the queue (outside ids %(first_id)s to %(last_id)s)."),
    icon="share-3",
    family=FAMILY,
)
register(
    "goodwill.form_opened",
    _("%(actor)s opened the form for goodwill for customer %(customer)s."),
    icon="eye",
    family=FAMILY,
    customer=True,
    others={
        "not_done": _("%(actor)s opened the form for goodwill for customer %(customer)s and found nobody.")
    },
)
register(
    "goodwill.rule.saved",
    _("%(actor)s set %(subject)s."),
    icon="adjustments",
    family=FAMILY,
)
register("goodwill.rule.removed", _("%(actor)s removed %(subject)s."), icon="adjustments", family=FAMILY)
register(
    "goodwill.switched_off",
    _("%(actor)s switched goodwill off for %(subject)s: %(reason)s"),
    icon="lock",
    family=FAMILY,
    reason=True,
)
register(
    "goodwill.switched_on",
    _("%(actor)s switched goodwill on again for %(subject)s: %(reason)s"),
    icon="circle-check",
    family=FAMILY,
    reason=True,
)
link_subjects(FAMILY, address_of)

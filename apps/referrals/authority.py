"""Who may invite: the rules that hold whatever a screen shows."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import BadInput, Refused
from apps.operations.switches import check_on
from apps.referrals.facts import Known
from apps.referrals.models import Campaign
from apps.referrals.switched import INVITE
from apps.staff.models import Store, User

MAY = "staff.invite_referrals"


def store_for(*, actor: Actor, user: User) -> Store:
    """The store the person acts for. Raises Refused without one, without the right there, or while switched off."""
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    if store is None or not user.has_perm(MAY, store):
        raise Refused(_("Your role does not invite friends here."))
    check_on(INVITE, store)
    return store


def campaign_title(token: str) -> str:
    """The campaign in words. Raises BadInput (campaign) for one that is not offered, or none where there are some."""
    offered = dict(Campaign.objects.offered().values_list("token", "title"))
    if token not in offered and (token or offered):
        raise BadInput(_("Choose one of the campaigns."), field="campaign")
    return offered.get(token, "")


def check_customer(*, user: User, known: Known) -> None:
    """Nobody invites in the name of an account with their own mobile or e-mail. Raises Refused."""
    if user.contact_digests & known.facts.own:
        raise Refused(
            _("This customer has your own mobile or e-mail."),
            next_step=_("Somebody else has to do it."),
        )

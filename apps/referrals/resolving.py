"""What a person does with an invitation the console could not settle by itself."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Conflict, Missing, Refused
from apps.core.words import needed
from apps.operations.acts.carrying import is_being_sent
from apps.operations.acts.results import Result
from apps.operations.acts.settling import apply
from apps.referrals.models import Invitation
from apps.referrals.models.signals import MARK
from apps.referrals.outcomes import conclude
from apps.referrals.sending import INVITING
from apps.referrals.tracing import trace
from apps.staff.connection import client_for
from apps.staff.models import User
from apps.staff.stores import stores_where

State = Invitation.State
LONGEST = 200


def look_again(*, actor: Actor, user: User, invitation: Invitation) -> Invitation:
    """Read back now. Raises Missing when nothing is open; Conflict while it is being sent; CapillaryError."""
    act = _open(invitation)
    if is_being_sent(act):
        raise Conflict(_("It is being sent at this moment."), next_step=_("Look again in a minute."))
    sought = INVITING.seek(client_for(actor), act)
    trace("invitation.checked", act, actor=actor)
    # Once a person has to look, not finding them changes nothing.
    if sought.result is not None or act.state != State.PERSON:
        apply(INVITING, act=act, sought=sought)
    else:
        INVITING.after(act, sought)
    return _anew(invitation)


def give_up(*, actor: Actor, user: User, invitation: Invitation, reason: str) -> Invitation:
    """Say that those not known were not invited, after one more look.

    A second pair of eyes: not whoever sent it, and somebody who looks at signals of its store.
    Raises: Refused; BadInput (reason); Missing when nothing is open; Conflict while the console is still checking by
            itself, or when all were found after all; CapillaryError when it cannot be read
    """
    words = needed(reason, LONGEST, "reason", missing=_("Say how you know."))
    act = _open(invitation)
    refusal = why_not_give_up(user, act)
    if refusal:
        raise Refused(refusal)
    if act.state != State.PERSON:
        raise Conflict(
            _("The console is still checking by itself."),
            next_step=_("Wait until it is settled or asks for a person."),
        )
    sought = INVITING.seek(client_for(actor), act)
    if sought.result is not None:
        apply(INVITING, act=act, sought=sought)
        raise Conflict(_("All of them were found after all."), next_step=_("Load the page again."))
    INVITING.after(act, sought)
    trace("invitation.given_up", act, actor=actor, reason=words)
    result = Result(State.NOT_DONE, words=words, looks=act.looks + 1)
    conclude(actor=actor, act=act, result=result)
    return _anew(invitation)


def why_not_give_up(user: User, invitation: Invitation) -> str:
    """Why this person may not say so, "" when they may."""
    if user.hands & {invitation.user_id, invitation.actor.get("user_id")}:
        return _("Somebody else than who sent it has to say so.")
    if invitation.store_id not in stores_where(user, MARK):
        return _("You do not decide for this store.")
    return ""


def _open(invitation: Invitation) -> Invitation:
    act = INVITING.rows().filter(pk=invitation.pk).first()
    if act is None or not act.is_open:
        raise Missing(_("Nothing about this is unknown any more."))
    return act


def _anew(invitation: Invitation) -> Invitation:
    return INVITING.rows().get(pk=invitation.pk)

"""What a person does with an act the console could not settle by itself."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Conflict, Missing, Refused
from apps.goodwill.authority import check_may_decide
from apps.goodwill.checking import words_of
from apps.goodwill.looking import Found, look, sought_of
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.outcomes import conclude
from apps.goodwill.settling import READ_BACK
from apps.goodwill.tracing import trace
from apps.operations.acts.results import Result
from apps.operations.acts.settling import apply
from apps.staff.connection import client_for
from apps.staff.models import User

State = OutsideAct.State


def look_again(*, actor: Actor, user: User, request: GoodwillRequest) -> GoodwillRequest:
    """Read back now. Raises Missing when nothing is open; CapillaryError when it cannot be read."""
    act = _open_act(request)
    found = look(client_for(actor), act)
    trace("checked", request, actor=actor)
    if found.done or found.not_done or act.state != State.PERSON:
        apply(READ_BACK, act=act, sought=sought_of(found))
    return GoodwillRequest.objects.get(pk=request.pk)


def give_up(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Say that it did not take place, after one more look: a sending is refused, a decision waits again.

    A second pair of eyes: not whoever set off the act, and somebody who may decide on the request.
    Raises: Refused; BadInput (reason); Conflict while the console is still checking, or when it is found
            after all; CapillaryError when it cannot be read
    """
    words = words_of(reason, field="reason", missing=_("Say how you know."))
    act = _open_act(request)
    if act.actor.get("user_id") in user.hands:
        raise Refused(_("Somebody else than who sent it has to say so."))
    check_may_decide(actor=actor, user=user, request=request)
    if act.state != State.PERSON:
        raise Conflict(
            _("The console is still checking by itself."),
            next_step=_("Wait until it is settled or asks for a person."),
        )
    found = look(client_for(actor), act)
    if _is_there(found):
        apply(READ_BACK, act=act, sought=sought_of(found))
        raise Conflict(_("It was found after all."), next_step=_("Load the page again."))
    trace("given_up", request, actor=actor, reason=words)
    conclude(actor=actor, act=act, result=Result(State.NOT_DONE, words=words))
    return GoodwillRequest.objects.get(pk=request.pk)


def _is_there(found: Found) -> bool:
    return found.done or found.not_done


def _open_act(request: GoodwillRequest) -> OutsideAct:
    acts = OutsideAct.objects.unsettled().filter(request=request)
    act = acts.select_related("request__series", "request__store", "decision").first()
    if act is None:
        raise Missing(_("Nothing about this request is unknown any more."))
    return act

"""What a person does with an act the console could not settle by itself."""

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.client import Client
from apps.core.errors import BadInput, Conflict, Missing, Refused
from apps.core.words import needed
from apps.operations.acts.carrying import is_being_sent
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActState
from apps.operations.acts.settling import apply, may_have_left, never_sent
from apps.operations.acts.trade import Sought, Trade
from apps.points import looking, reversal_looking
from apps.points.giving_back import REVERSING
from apps.points.models import Redemption, Reversal, ReversalAct
from apps.points.models.reversals import APPROVE
from apps.points.reading import days_around, listing_call, read_redemption
from apps.points.redeeming import REDEEMING
from apps.points.tidying import LONGEST_REASON
from apps.points.tracing import trace
from apps.staff.connection import client_for
from apps.staff.models import User
from apps.staff.stores import stores_where

S = TypeVar("S", bound=Redemption | Reversal)


@dataclass(frozen=True)
class Open:
    """The act of a redemption or reversal that is not settled, and its trade."""

    act: Any
    trade: Trade[Any]


def look_again(*, actor: Actor, user: User, subject: S) -> S:
    """Read back now. Raises Missing when nothing is open; Conflict while it is being sent; CapillaryError."""
    one = _open(subject)
    if is_being_sent(one.act):
        raise Conflict(_("It is being sent at this moment."), next_step=_("Look again in a minute."))
    sought = (
        one.trade.seek(client_for(actor), one.act) if may_have_left(one.act) else Sought(never_sent(one.act))
    )
    trace("checked", subject, actor=actor)
    # Once a person has to look, not finding it changes nothing.
    certain = sought.result is not None and sought.result.state == ActState.DONE
    if certain or one.act.state != ActState.PERSON:
        apply(one.trade, act=one.act, sought=sought)
    else:
        one.trade.after(one.act, sought)
    return _anew(subject)


def it_is(*, actor: Actor, user: User, subject: S, listed_id: str, reason: str) -> S:
    """Say which row of the list it is. Raises as give_up does, BadInput (listed_id) for a row that cannot be it."""
    words = needed(reason, LONGEST_REASON, "reason", missing=_("Say how you know."))
    one = _for_a_person(actor, user, subject)
    result = _chosen(client_for(actor), one.act, listed_id, words)
    if result is None:
        raise BadInput(_("This one cannot be it. Load the page again."), field="listed_id")
    trace("found", subject, actor=actor, reason=words, listed_id=listed_id)
    one.trade.conclude(actor=actor, act=one.act, result=result)
    return _anew(subject)


def give_up(*, actor: Actor, user: User, subject: S, reason: str) -> S:
    """Say that it did not take place, after one more look.

    A second pair of eyes: not whoever sent it or asked for it, and somebody who decides on reversals in its store.
    Raises: Refused; BadInput (reason); Missing when nothing is open; Conflict while the console is still checking by
            itself, when it is found after all, or stands there under our reference; CapillaryError when it cannot
            be read
    """
    words = needed(reason, LONGEST_REASON, "reason", missing=_("Say how you know."))
    one = _for_a_person(actor, user, subject)
    sought = one.trade.seek(client_for(actor), one.act)
    if sought.result is not None and sought.result.state == ActState.DONE:
        apply(one.trade, act=one.act, sought=sought)
        raise Conflict(_("It was found after all."), next_step=_("Load the page again."))
    if sought.result is not None and getattr(sought.result.told, "by_reference", False):
        one.trade.after(one.act, sought)
        raise Conflict(
            _("Capillary lists it under our reference, with another number of points."),
            next_step=_("Load the page again and say that it is this one."),
        )
    trace("given_up", subject, actor=actor, reason=words)
    result = Result(ActState.NOT_DONE, words=words, looks=one.act.looks + 1)
    one.trade.conclude(actor=actor, act=one.act, result=result)
    return _anew(subject)


def why_not_resolve(user: User, subject: Redemption | Reversal) -> str:
    """Why this person may not say what became of it, "" when they may."""
    act = subject if isinstance(subject, Redemption) else subject.open_act
    if user.hands & {subject.user_id, act.actor.get("user_id") if act else None}:
        return _("Somebody else than who sent it has to say so.")
    places = {subject.store_id}
    if isinstance(subject, Reversal):
        places.add(subject.redeemed_store_id or subject.store_id)
    if not places & set(stores_where(user, APPROVE)):
        return _("You do not decide for this store.")
    return ""


def _for_a_person(actor: Actor, user: User, subject: Redemption | Reversal) -> Open:
    one = _open(subject)
    words = why_not_resolve(user, subject)
    if words:
        trace("not_said", subject, actor=actor, outcome="refused", reason=words)
        raise Refused(words)
    if one.act.state != ActState.PERSON:
        raise Conflict(
            _("The console is still checking by itself."),
            next_step=_("Wait until it is settled or asks for a person."),
        )
    return one


def _open(subject: Redemption | Reversal) -> Open:
    trade: Trade[Any] = REDEEMING if isinstance(subject, Redemption) else REVERSING
    rows = trade.rows().unsettled()  # type: ignore[attr-defined]
    whose = {"pk": subject.pk} if isinstance(subject, Redemption) else {"reversal": subject}
    act = rows.filter(**whose).first()
    if act is None:
        raise Missing(_("Nothing about this is unknown any more."))
    return Open(act, trade)


def _chosen(client: Client, act: Redemption | ReversalAct, listed_id: str, words: str) -> Result | None:
    """The result when this row is there now and is nobody else's."""
    customer = act.customer_id or 0
    if isinstance(act, Redemption):
        listing = client.send(
            listing_call(customer, days=days_around(act.started_at, client.config.timezone))
        )
        mine = [row for row in listing.points if row.external_reference == act.reference]
        rows = {row.id: row for row in (*mine, *looking.alike(act, listing))}
        row = rows.get(listed_id)
        if row is None:
            return None
        return looking.found(row, by_reference=row.external_reference == act.reference, words=words)
    fresh = reversal_looking.came_since(act, read_redemption(client, customer, act.redemption_id))
    one = next((one for one in fresh if one.id == listed_id), None)
    return reversal_looking.found(one, words) if one else None


def _anew(subject: S) -> S:
    return cast(S, type(subject)._default_manager.select_related("store").get(pk=subject.pk))

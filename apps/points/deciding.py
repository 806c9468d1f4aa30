"""The second person: approves or rejects a reversal; whoever asked may withdraw it."""

from contextlib import AbstractContextManager
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import Conflict
from apps.core.kept import points as in_words
from apps.core.words import line, needed
from apps.operations.switches import check_on
from apps.points.facts import Facts, facts_from
from apps.points.giving_back import reserve, send
from apps.points.models import Reversal, ReversalAct, State
from apps.points.reading import Known, read_both
from apps.points.reversal_outcomes import move
from apps.points.reversing import told_of
from apps.points.second_person import check_may_decide, refuse, why_not
from apps.points.states import Event
from apps.points.switched import REVERSE
from apps.points.telling import tell_decided
from apps.points.tidying import LONGEST_REASON
from apps.points.tracing import refusals_traced, trace
from apps.points.wanted import Reversible
from apps.staff.connection import client_for
from apps.staff.models import Store, User

__all__ = ["approve_reversal", "open_reversal", "reject_reversal", "why_not", "withdraw_reversal"]


def open_reversal(*, actor: Actor, user: User, reversal: Reversal) -> Reversible:
    """The facts a second person decides by, read anew; an entry. Raises Refused, Missing, Conflict, CapillaryError."""
    check_may_decide(actor=actor, user=user, reversal=reversal)
    known, row = read_both(client_for(actor), reversal.customer_id, reversal.redemption_id)
    _check_not_theirs(actor, user, reversal, known)
    trace("opened", reversal, actor=actor)
    return told_of(reversal.store, known, row)


def approve_reversal(
    *, actor: Actor, user: User, reversal: Reversal, reason: str = "", seen: str = ""
) -> Reversal:
    """Approve: the points go back now. The same person pressing twice approves once.

    seen    fingerprint of the facts the person saw; "" when they saw no more than the reversal itself
    Shape:  the reversal: done, or going with an open act
    Raises: Refused (own, no right in these stores, own data, switched off); Conflict when it is decided already,
            less remains, or something changed since it was asked (the reversal keeps what is true now: approving
            again approves that); CapillaryError: certainly not done
    """
    again = _decided_by(user, reversal, State.GOING, State.DONE)
    if again is not None:
        return again
    check_may_decide(actor=actor, user=user, reversal=reversal)
    for store in (reversal.store, _goes_out_from(actor, reversal)):
        check_on(REVERSE, store)
    words = line(reason, LONGEST_REASON, "reason")
    with _refusals(actor, reversal):
        _check_waiting(reversal)
        known, row = read_both(client_for(actor), reversal.customer_id, reversal.redemption_id)
        _check_not_theirs(actor, user, reversal, known)
        _check_unchanged(reversal, facts_from(known, row), seen)
        try:
            act = _reserve(actor, user, reversal, words)
        except Conflict:
            # The other half of a double click was quicker: this one says the same.
            again = _decided_by(user, reversal, State.GOING, State.DONE)
            if again is None:
                raise
            return again
    return send(actor=actor, act=act)


def reject_reversal(*, actor: Actor, user: User, reversal: Reversal, reason: str) -> Reversal:
    """Reject with a reason; nothing goes outside. Raises Refused, BadInput (reason), Conflict."""
    again = _decided_by(user, reversal, State.REJECTED)
    if again is not None:
        return again
    check_may_decide(actor=actor, user=user, reversal=reversal)
    words = needed(reason, LONGEST_REASON, "reason", missing=_("Say why you reject it."))
    return _end(actor, user, reversal, Event.REJECTED, "rejected", words)


def withdraw_reversal(*, actor: Actor, user: User, reversal: Reversal, reason: str = "") -> Reversal:
    """Taken back by whoever asked. Raises Refused, Conflict."""
    again = _decided_by(user, reversal, State.WITHDRAWN)
    if again is not None:
        return again
    if reversal.user_id != user.pk:
        refuse(actor=actor, reversal=reversal, words=_("Only whoever asked for it can withdraw it."))
    words = line(reason, LONGEST_REASON, "reason")
    return _end(actor, user, reversal, Event.WITHDRAWN, "withdrawn", words)


def _end(actor: Actor, user: User, reversal: Reversal, event: Event, name: str, words: str) -> Reversal:
    with _refusals(actor, reversal), written():
        kept = Reversal.objects.locked(reversal.pk)
        _check_waiting(kept)
        move(kept, event)
        _decide(kept, user, words)
        kept.save()
        trace(name, kept, actor=actor, reason=words)
        tell_decided(kept)
    return kept


def _refusals(actor: Actor, reversal: Reversal) -> AbstractContextManager[None]:
    return refusals_traced(
        actor=actor, customer_id=reversal.customer_id, points=reversal.points, subject=reversal
    )


def _reserve(actor: Actor, user: User, reversal: Reversal, words: str) -> ReversalAct:
    store = _goes_out_from(actor, reversal)
    with written():
        kept = Reversal.objects.locked(reversal.pk)
        _check_waiting(kept)
        move(kept, Event.BEGUN)
        _decide(kept, user, words)
        kept.message = ""
        kept.save()
        act = reserve(kept, actor=actor, store=store)
        trace("approved", kept, actor=actor, reason=words)
    return act


def _goes_out_from(actor: Actor, reversal: Reversal) -> Store:
    """The store whose till gives the points back: the decider's, where they act for one."""
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    return store or reversal.store


def _decide(reversal: Reversal, user: User, words: str) -> None:
    reversal.decided_by, reversal.decided_by_name = user, user.name
    reversal.decided_at, reversal.decision_reason = timezone.now(), words


def _check_waiting(reversal: Reversal) -> None:
    """Raises Conflict with who decided it already, and how."""
    if reversal.state == State.WAITING:
        return
    raise Conflict(
        _("%(number)s is not waiting any more: %(state)s.")
        % {"number": reversal.number, "state": State(reversal.state).label},
        next_step=_("Load the page again and look how it stands now."),
    )


def _check_not_theirs(actor: Actor, user: User, reversal: Reversal, known: Known) -> None:
    if user.contact_digests & set(known.person.digests):
        refuse(actor=actor, reversal=reversal, words=_("This customer has your own mobile or e-mail."))


def _check_unchanged(reversal: Reversal, now: Facts, seen: str) -> None:
    """Raises Conflict unless these are the facts the person saw, or those of the asking."""
    if Decimal(now.remaining) < reversal.points:
        raise Conflict(
            _("Only %(points)s of this redemption remain.") % {"points": in_words(now.remaining)},
            next_step=_("Reject it, and have it asked for anew."),
            field="points",
        )
    # Whoever has looked approves what they saw, also when somebody else was shown the change meanwhile.
    if now.fingerprint == seen if seen else now == Facts.read(reversal.facts):
        return
    Reversal.objects.filter(pk=reversal.pk, state=State.WAITING).update(facts=now.plain())
    raise Conflict(
        _("Something has changed since you looked at it.")
        if seen
        else _("Something has changed since it was asked for."),
        next_step=_("Look at what remains now, then decide."),
        field="seen",
    )


def _decided_by(user: User, reversal: Reversal, *states: State) -> Reversal | None:
    """The reversal, when this person decided so already."""
    rows = Reversal.objects.select_related("store", "redeemed_store")
    return rows.filter(pk=reversal.pk, decided_by=user, state__in=states).first()

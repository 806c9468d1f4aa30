"""A row of a file is one reversal: asked for with the row's token, and what became of it."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.operations.acts.settling import ended_unsent
from apps.operations.models import Item, Operation
from apps.operations.switches import off_for, off_words
from apps.operations.work.kinds import Outcome
from apps.points.giving_back import REVERSING
from apps.points.models import Reversal, ReversalAct, State
from apps.points.reversing import ask_reversal
from apps.points.states import ENDED_WITHOUT
from apps.points.switched import REVERSE
from apps.points.wanted import FileApproval, WantedReversal


def run(actor: Actor, item: Item) -> Outcome:
    """Ask for it, once. Raises as `reversing.ask_reversal`"""
    operation, values = item.operation, item.values
    wanted = WantedReversal(
        customer_id=item.customer_id or 0,
        redemption_id=values["redemption"],
        points=Decimal(values["points"]),
        reason=values["reason"],
        token=item.token,
    )
    user, file = operation.requested_by, approval_of(operation)
    return outcome_of(ask_reversal(actor=actor, user=user, wanted=wanted, file=file))


def approval_of(operation: Operation) -> FileApproval | None:
    """The second person of the file, None where its requester runs it alone."""
    by = operation.approved_by
    if by is None:
        return None
    words = _("Approved with the file %(number)s.") % {"number": operation.number}
    return FileApproval(by, operation.approved_at or timezone.now(), words)


def anew(item: Item) -> None:
    """A reversal that was kept and never sent ends, and the row may ask again."""
    acts = ReversalAct.objects.filter(
        reversal__user=item.operation.requested_by_id, reversal__token=item.token
    )
    ended = ended_unsent(REVERSING, acts.order_by("-id").first())
    if ended is not None:
        # Where the sweep that reads back was quicker, the form is used still.
        Reversal.objects.filter(pk=ended.reversal_id, state__in=ENDED_WITHOUT).update(token=None)


def follow(item: Item) -> Outcome | None:
    """What became of the row's reversal; None while that is not known."""
    mine = Reversal.objects.filter(user=item.operation.requested_by_id)
    asked = mine.filter(token=item.token).first() or _told(item)
    if asked is None:
        return Outcome("not_done", _("It was not begun."))
    found = outcome_of(asked)
    return None if found.state == "unknown" else found


def _told(item: Item) -> Reversal | None:
    """The reversal the row led to, when it was not done after all: then its form may be sent again."""
    act = ReversalAct.objects.filter(reference=item.act_reference).select_related("reversal").first()
    return act.reversal if act and item.act_reference else None


def held(operation: Operation) -> str:
    """Why no points may go back now."""
    switch = off_for(REVERSE, operation.store) if operation.store else None
    return off_words(switch) if switch else ""


def outcome_of(reversal: Reversal) -> Outcome:
    """A reversal as the outcome of its row. One that waits for a second person after all is done: it was asked for."""
    act = ReversalAct.objects.filter(reversal=reversal).order_by("-id").first()
    reference = act.reference if act else reversal.number
    given = reversal.given if reversal.given is not None else reversal.points
    output = {"number": reversal.number, "given": f"{given.normalize():f}"}
    if reversal.state == State.DONE:
        return Outcome("done", act_reference=reference, output=output)
    output["given"] = ""
    if reversal.state in ENDED_WITHOUT:
        words = reversal.message or _("%(number)s was not done.") % {"number": reversal.number}
        return Outcome("not_done", words, act.code if act else "", reference, output)
    if reversal.state == State.WAITING:
        why = " ".join(one["words"] for one in reversal.why)
        words = _("Asked for; a second person decides. %(why)s") % {"why": why}
        return Outcome("done", words, "", reference, output)
    words = _("%(number)s is on its way, and not known to be done yet.") % {"number": reversal.number}
    return Outcome("unknown", words, "", reference, output)

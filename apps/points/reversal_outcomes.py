"""What an act's outcome means for its reversal: one short transaction, whoever found it out."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.operations.acts import carrying
from apps.operations.acts.results import Result, note
from apps.points.models import Reversal, ReversalAct
from apps.points.outcomes import expect_proof
from apps.points.states import Event, after
from apps.points.telling import tell_decided, tell_settled
from apps.points.tracing import trace

ActState = ReversalAct.State
# "There is no such redemption": the reference has two kinds of ids and does not say which one reversing takes.
UNKNOWN_ID = "902"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What the answer to a reversal tells, or the redemption in whose reversals it was found.

    outside_id  as reversing answers it;  listed_id  in the redemption's reversals;  till_id  of the till there
    points      the outside gave back, None where it is silent;  candidates  reversals of which one may be it
    """

    outside_id: str = ""
    listed_id: str = ""
    till_id: str = ""
    points: Decimal | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)


def move(reversal: Reversal, event: Event) -> None:
    """Along the table of states; the caller saves. Raises NoSuchWay."""
    reversal.state = after(reversal.state, event)


def conclude(*, actor: Actor, act: ReversalAct, result: Result) -> ReversalAct:
    """Write the outcome, what it means for the reversal and the entry, unless somebody settled it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        reversal = Reversal.objects.locked(act.reversal_id)
        kept = ReversalAct.objects.select_for_update(of=("self",)).select_related("store").get(pk=act.pk)
        kept.reversal = reversal
        if not kept.is_open:
            return kept
        was = kept.state
        note(kept, result, now)
        told = result.told if isinstance(result.told, GivenBack) else GivenBack()
        kept.outside_id = told.outside_id[:40] or kept.outside_id
        kept.till_id = told.till_id[:40] or kept.till_id
        kept.candidates = told.candidates or kept.candidates
        kept.save()
        again = False
        if kept.state == ActState.DONE:
            _done(kept, told)
            expect_proof(reversal, reversal.store, now)
        elif kept.state == ActState.NOT_DONE:
            again = _by_its_other_id(actor, kept)
            if not again:
                _not_done(kept, result)
        else:
            reversal.message = kept.message
        reversal.save()
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if was != kept.state:
            _trace(actor, kept, result)
        if not again:
            tell_settled(reversal, kept, was=was)
            tell_decided(reversal)
    return kept


def _done(act: ReversalAct, told: GivenBack) -> None:
    reversal = act.reversal
    move(reversal, Event.GIVEN_BACK)
    reversal.given = told.points if told.points is not None else act.points
    reversal.outside_id = told.outside_id[:40] or act.outside_id
    reversal.listed_id = told.listed_id[:40]
    reversal.message = ""


def _not_done(act: ReversalAct, result: Result) -> None:
    reversal = act.reversal
    reversal.message = result.message or _("Capillary did not take it.")
    # What was sent and looked for, and is none by the word of a person, is over.
    held_up = result.never_left and (result.looks is None or act.sent_at is None)
    # A row of a file is tried again by itself, with the word its file was approved by.
    is_put_off = act.is_of_a_file and (result.looks is None or act.sent_at is None)
    if held_up and reversal.decided_by_id and not is_put_off:
        # Somebody approved it and it could not be sent for now: it waits for them, nobody has to ask anew.
        move(reversal, Event.STOPPED)
        reversal.decided_by, reversal.decided_by_name = None, ""
        reversal.decided_at, reversal.decision_reason = None, ""
        return
    move(reversal, Event.NOT_DONE)
    if result.looks is None and not reversal.why:
        # Known at once and certain: the form may be sent again with what was wrong in it corrected.
        reversal.token = None


def _by_its_other_id(actor: Actor, act: ReversalAct) -> bool:
    """A new act for the same reversal, which names the redemption as the list does. It is carried out next, or
    settled as not done by the sweep: nothing has left for it."""
    if act.code != UNKNOWN_ID or act.sent_as == act.redemption_id:
        return False
    ReversalAct.objects.create(
        **carrying.reserved(actor, customer_id=act.customer_id),
        reversal=act.reversal,
        store=act.store,
        redemption_id=act.redemption_id,
        sent_as=act.redemption_id,
        points=act.points,
    )
    return True


def _trace(actor: Actor, act: ReversalAct, result: Result) -> None:
    trace(
        "given_back",
        act.reversal,
        actor=actor,
        outcome=result.outcome,
        reason=act.reversal.reason,
        act_state=act.state,
        looks=act.looks,
        error_code=act.code,
        message=act.message,
        cap_request_id=act.cap_request_id,
        reversal_id=act.reversal.listed_id,
    )

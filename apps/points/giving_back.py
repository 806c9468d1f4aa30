"""Carries reversals out: reserved, the redemption read once more, sent once, settled."""

from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Call
from apps.capillary.resources import points
from apps.capillary.types_redeeming import Reversed
from apps.core.errors import Conflict, ConsoleError
from apps.core.kept import points as in_words
from apps.operations.acts import carrying
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Trade
from apps.points.facts import remaining_of
from apps.points.models import Reversal, ReversalAct
from apps.points.reading import read_redemption
from apps.points.reversal_looking import keep_candidates, seek
from apps.points.reversal_outcomes import UNKNOWN_ID, GivenBack, conclude
from apps.staff.connection import client_for
from apps.staff.models import Store

ActState = ReversalAct.State
FIELDS = {"points": "points", "redemption": "redemption_id"}


def reserve(reversal: Reversal, *, actor: Actor, store: Store) -> ReversalAct:
    """The row of the act, inside the caller's transaction. Raises Conflict while another one is not settled."""
    try:
        with transaction.atomic():
            return ReversalAct.objects.create(
                **carrying.reserved(actor, customer_id=reversal.customer_id),
                reversal=reversal,
                store=store,
                redemption_id=reversal.redemption_id,
                sent_as=reversal.redemption_outside_id or reversal.redemption_id,
                points=reversal.points,
            )
    except IntegrityError:
        raise in_flight() from None


def in_flight() -> Conflict:
    """What is said while another reversal of the same redemption is undecided or not settled."""
    return Conflict(
        _(
            "Another reversal of this redemption waits for a decision, or is on its way and not known to be there yet."
        ),
        next_step=_("Wait until it is settled, then look at what remains."),
    )


def send(*, actor: Actor, act: ReversalAct) -> Reversal:
    """Send a reserved act, once, and settle it; under the redemption's other id when the first is not known outside.

    Shape:  the reversal: done, or going with an open act
    Raises: Conflict when less remains than is to be given back; CapillaryError: certainly not done
    """
    error: ConsoleError | None = None
    current: ReversalAct | None = act
    settled = act
    while current is not None:
        ending = Ending(actor)
        trade = replace(REVERSING, call_of=ending.call_of, conclude=ending.conclude)
        try:
            settled = carrying.carry_out(trade, actor=actor, act=current)
        except ConsoleError as failed:
            failed.field = FIELDS.get(failed.field, "")
            raise
        error = ending.error(settled)
        current = _by_its_other_id(settled)
    if settled.state == ActState.NOT_DONE and error is not None:
        error.field = FIELDS.get(error.field, "")
        raise error
    return Reversal.objects.select_related("store", "redeemed_store").get(pk=act.reversal_id)


def _by_its_other_id(act: ReversalAct) -> ReversalAct | None:
    """The act that follows one whose id is not known outside. After any other end the reversal is somebody else's
    to begin, and what they began is theirs to send."""
    if act.state != ActState.NOT_DONE or act.code != UNKNOWN_ID:
        return None
    rows = ReversalAct.objects.select_related("store", "reversal__store")
    return rows.filter(reversal=act.reversal_id, state=ActState.IN_PROGRESS, sent_at=None).first()


@dataclass
class Ending:
    """Reads the redemption right before the call, and keeps what the call ended in beside what the row can keep."""

    actor: Actor
    kept: list[Result] = field(default_factory=list)

    def call_of(self, act: ReversalAct) -> Call[Reversed]:
        """The call, once it is known what was given back before. Raises Conflict when too little remains."""
        row = read_redemption(client_for(self.actor), act.customer_id or 0, act.redemption_id)
        remaining = remaining_of(row)
        if act.points > remaining:
            raise Conflict(
                _("Only %(points)s of this redemption remain, so nothing was given back.")
                % {"points": in_words(remaining)},
                next_step=_("Look at its reversals, then decide anew."),
                field="points",
            )
        act.known_before = [[one.id, str(one.points or "")] for one in row.reversals]
        ReversalAct.objects.filter(pk=act.pk, state=ActState.IN_PROGRESS).update(
            known_before=act.known_before
        )
        return call_of(act)

    def conclude(self, *, actor: Actor, act: ReversalAct, result: Result) -> ReversalAct:
        """As reversal_outcomes.conclude."""
        self.kept.append(result)
        return conclude(actor=actor, act=act, result=result)

    def error(self, act: ReversalAct) -> ConsoleError | None:
        """Why it was not done."""
        if act.state != ActState.NOT_DONE:
            return None
        error = self.kept[-1].error if self.kept else None
        return error or Conflict(
            act.message or _("Capillary did not take it."), code=act.code, request_id=act.cap_request_id
        )


def call_of(act: ReversalAct) -> Call[Reversed]:
    """The one call that gives the points back."""
    whose = act.reversal.identifier
    return points.reverse(
        redemption_id=act.sent_as,
        points=act.points,
        identifier_type=whose.name,
        identifier_value=whose.value,
        customer_id=act.customer_id,
    )


def understood(act: ReversalAct, answer: Reversed) -> Result:
    """A yes. The sample of the reference answers with another number than was asked for, so what was given back
    is what the answer says, and the proof compares it with the list."""
    told = GivenBack(outside_id=answer.reversal_id, points=answer.points)
    if answer.customer_id not in ("", str(act.customer_id)):
        words = _("Capillary says it gave the points to customer %(id)s.") % {"id": answer.customer_id}
        return Result(ActState.PERSON, words=words, told=told)
    return Result(ActState.DONE, told=told)


def _rows() -> QuerySet[ReversalAct]:
    return ReversalAct.objects.select_related("store", "reversal__store", "reversal__redeemed_store")


REVERSING = Trade(
    name="reverse",
    rows=_rows,
    call_of=call_of,
    understood=understood,
    conclude=conclude,
    seek=seek,
    after=keep_candidates,
)

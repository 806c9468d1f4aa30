"""What an act's outcome means for its request: one short transaction, whoever found it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError, NotSent
from apps.goodwill.effects import approved, not_sent, rejected, sent, stopped
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.tracing import trace

State, Kind = OutsideAct.State, OutsideAct.Kind
LOOK_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
OUTCOMES = {State.DONE: "done", State.NOT_DONE: "not_done"}


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of an act.

    error       what the call ended in;  words  the same in a sentence of our own
    outside_id, status, filed_for  what the answer to a sending tells
    looks       how often it has been read back, None when it was not
    retry       certainly never sent: the policy may try again by itself
    """

    state: OutsideAct.State
    error: CapillaryError | None = None
    words: str = ""
    outside_id: str = ""
    status: str = ""
    filed_for: str = ""
    looks: int | None = None

    @property
    def message(self) -> str:
        """The sentence kept with act and request."""
        return (self.words or (self.error.message if self.error else ""))[:300]

    @property
    def never_left(self) -> bool:
        """Nothing was sent, for a reason that passes: trying again later is safe."""
        return self.state == State.NOT_DONE and (self.error is None or isinstance(self.error, NotSent))


def conclude(*, actor: Actor, act: OutsideAct, result: Result) -> OutsideAct:
    """Write the outcome, its effect on the request and the entry, unless somebody settled it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        request = GoodwillRequest.objects.locked(act.request_id)
        kept = OutsideAct.objects.select_for_update(of=("self",)).select_related("decision").get(pk=act.pk)
        kept.request = request
        if not kept.is_open:
            return kept
        news = kept.state != result.state
        _note(kept, result, now)
        kept.save()
        if result.state == State.DONE:
            _done(actor, kept, result)
        elif result.state == State.NOT_DONE:
            _not_done(kept, result)
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if news:
            _trace(actor, kept)
    return kept


def _note(act: OutsideAct, result: Result, now: datetime) -> None:
    act.state = result.state
    if result.looks is not None:
        act.looks = result.looks
    act.message = result.message
    if result.error is not None:
        act.code, act.cap_request_id = result.error.code[:20], result.error.request_id[:80]
    if act.is_open:
        act.next_look_at = None if act.state == State.PERSON else now + _pause(act, now)
    else:
        act.settled_at, act.next_look_at = now, None


def _pause(act: OutsideAct, now: datetime) -> timedelta:
    """Looking that fails is no look, and gets rarer all the same: an outside that is ill is left in peace."""
    return max(next_look(act.looks), min((now - act.started_at) / 4, LOOK_AFTER[-2]))


def next_look(looks: int) -> timedelta:
    """How long until it is read back again after so many looks."""
    return LOOK_AFTER[min(looks, len(LOOK_AFTER) - 1)]


def _done(actor: Actor, act: OutsideAct, result: Result) -> None:
    if act.kind == Kind.ADD:
        sent(
            act.request,
            actor=actor,
            outside_id=result.outside_id,
            status=result.status,
            filed_for=result.filed_for,
        )
    elif act.kind == Kind.APPROVE:
        approved(act)
    else:
        rejected(act)


def _not_done(act: OutsideAct, result: Result) -> None:
    if act.kind == Kind.ADD:
        not_sent(act.request, message=result.message or _("Capillary did not take it."))
    else:
        stopped(act, message=result.message, policy_may_retry=result.never_left)


def _trace(actor: Actor, act: OutsideAct) -> None:
    names = {Kind.ADD: "sent", Kind.APPROVE: "approved", Kind.REJECT: "rejected"}
    name = names[Kind(act.kind)]
    if act.decision is not None and act.decision.verdict == "withdraw":
        name = "withdrawn"
    trace(
        name,
        act.request,
        actor=actor,
        outcome=OUTCOMES.get(State(act.state), "unknown"),
        reason=act.decision.reason if act.decision else "",
        policy=act.decision.policy if act.decision else "",
        act_state=act.state,
        looks=act.looks,
        error_code=act.code,
        message=act.message,
        cap_request_id=act.cap_request_id,
    )

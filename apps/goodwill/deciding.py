"""Deciding on a request: approve, reject, send back; alone or several at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import Conflict, ConsoleError
from apps.core.payment_cards import check_no_card
from apps.goodwill.acting import carry_out, reserve
from apps.goodwill.approving import Approval, checked_amount, reserve_approval
from apps.goodwill.authority import check_may_decide
from apps.goodwill.checking import words_of
from apps.goodwill.effects import move, taken_by_person
from apps.goodwill.facts import facts_of
from apps.goodwill.identifying import identify
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct
from apps.goodwill.opening import Evidence, open_evidence
from apps.goodwill.outside import read_standing
from apps.goodwill.reading import read_facts, taken_over
from apps.goodwill.standing import check_pending, decided_words, same_decision
from apps.goodwill.states import PENDING, Event, State
from apps.goodwill.switches import GOODWILL
from apps.goodwill.taking import release
from apps.goodwill.tracing import trace
from apps.operations.switches import check_on
from apps.staff.connection import client_for
from apps.staff.models import User

__all__ = ["Chosen", "Evidence", "Outcome", "approve", "approve_many", "open_evidence", "reject", "send_back"]

Verdict = Decision.Verdict


@dataclass(frozen=True)
class Chosen:
    """One of several to approve: seen is the fingerprint its evidence had, "" when it was not opened."""

    request: GoodwillRequest
    amount: Decimal | None = None
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one of several; error is None when it went through or is not known yet."""

    request: GoodwillRequest
    error: ConsoleError | None


def approve(
    *,
    actor: Actor,
    user: User,
    request: GoodwillRequest,
    seen: str,
    amount: Decimal | None = None,
    reason: str = "",
) -> GoodwillRequest:
    """Approve, in full or a smaller amount; above the second threshold the first of two approvals.

    seen    fingerprint of the evidence; "" when the person saw no more than the request itself: then nothing
            may have changed since it was asked
    Shape:  the request as it stands: approved, waiting for a second person, or deciding with an open act
    Raises: Refused (own request, own data, no authority); BadInput (amount, reason); Conflict when it was decided
            meanwhile (here or elsewhere), something changed since (open the evidence again), or the budget
            does not hold it; CapillaryError when the facts cannot be read
    """
    pressed = (Verdict.APPROVE, Verdict.APPROVE_FIRST)
    again = same_decision(user, request, *pressed)
    if again is not None:
        return again
    said = check_no_card(reason.strip(), "reason")[:300]
    try:
        return _approve(actor, user, request, amount, said, seen)
    except Conflict:
        # The other half of a double click was quicker: this one says the same.
        again = same_decision(user, request, *pressed)
        if again is None:
            raise
        return again


def reject(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Reject with a reason. Raises as approve does, BadInput without a reason."""
    again = same_decision(user, request, Verdict.REJECT)
    if again is not None:
        return again
    check_may_decide(actor=actor, user=user, request=request)
    words = words_of(reason, field="reason", missing=_("Say why you reject it."))
    act = begin_rejection(actor=actor, user=user, request=request, words=words, verdict=Verdict.REJECT)
    return _carried(actor, request, act)


def send_back(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Send back to the requester with a question; nothing goes outside.

    Raises: as approve does; Conflict for one made elsewhere: there is nobody here to answer
    """
    pressed = _sent_back(user, request, reason)
    if pressed is not None:
        return pressed
    try:
        return _send_back(actor, user, request, reason)
    except Conflict:
        # The other half of a double click was quicker: this one says the same.
        pressed = _sent_back(user, request, reason)
        if pressed is None:
            raise
        return pressed


def _sent_back(user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest | None:
    """The request when this person has sent it back with the same words a moment ago and it is not answered."""
    again = same_decision(user, request, Verdict.SEND_BACK)
    if again is None or again.state != State.SENT_BACK:
        return None
    last = again.decisions.order_by("-id").first()
    same = last is not None and last.by_id == user.pk and last.reason.split() == reason.split()
    return again if same else None


def _send_back(actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    check_may_decide(actor=actor, user=user, request=request)
    words = words_of(reason, field="reason", missing=_("Say what has to change."))
    if request.requester_id is None:
        raise Conflict(
            _("It was made elsewhere, so nobody here can answer."), next_step=_("Approve or reject it.")
        )
    with written():
        kept = GoodwillRequest.objects.locked(request.pk)
        check_pending(kept)
        move(kept, Event.SENT_BACK)
        taken_by_person(kept)
        # A first approval is void now: its author has what it took again.
        release(kept)
        kept.save(update_fields=["state", "by_policy", "why", "due_at"])
        Decision.objects.create(
            request=kept,
            verdict=Verdict.SEND_BACK,
            by=user,
            by_words=user.name,
            reason=words,
            took_effect=True,
        )
        trace("sent_back", kept, actor=actor, reason=words)
    return kept


def approve_many(*, actor: Actor, user: User, chosen: Iterable[Chosen], reason: str = "") -> list[Outcome]:
    """Approve several, each its own act with its own result; one that fails stops nobody else."""
    return [_one(actor, user, each, reason) for each in chosen]


def begin_rejection(
    *, actor: Actor, user: User, request: GoodwillRequest, words: str, verdict: str
) -> OutsideAct:
    """Reserve a rejection or withdrawal: the decision, its act and its entry. Raises Conflict."""
    withdraw = verdict == Verdict.WITHDRAW
    with written():
        kept = GoodwillRequest.objects.locked(request.pk)
        check_pending(kept, PENDING if withdraw else (State.WAITING,))
        decision = Decision.objects.create(
            request=kept, verdict=verdict, by=user, by_words=user.name, reason=words
        )
        taken_by_person(kept)
        move(kept, Event.BEGUN)
        kept.save(update_fields=["state", "by_policy", "why", "due_at"])
        act = reserve(kept, kind=OutsideAct.Kind.REJECT, actor=actor, decision=decision)
        trace("withdrawal_begun" if withdraw else "rejection_begun", kept, actor=actor, reason=words)
    return act


def _approve(
    actor: Actor, user: User, request: GoodwillRequest, amount: Decimal | None, reason: str, seen: str
) -> GoodwillRequest:
    check_may_decide(actor=actor, user=user, request=request)
    check_on(GOODWILL, request.store)
    check_pending(request)
    given = checked_amount(request, amount)
    _check_unchanged(actor, request, seen)
    act = reserve_approval(request, Approval(actor=actor, user=user, amount=given, reason=reason, seen=seen))
    return _carried(actor, request, act) if act else GoodwillRequest.objects.get(pk=request.pk)


def _carried(actor: Actor, request: GoodwillRequest, act: OutsideAct) -> GoodwillRequest:
    settled = carry_out(actor=actor, act=act)
    return told(actor=actor, request=request, act=settled)


def told(*, actor: Actor, request: GoodwillRequest, act: OutsideAct) -> GoodwillRequest:
    """The request after its act. Raises Conflict when it did not take place, naming who was quicker outside."""
    kept = GoodwillRequest.objects.get(pk=request.pk)
    if act.state != OutsideAct.State.NOT_DONE:
        return kept
    try:
        standing = read_standing(client_for(actor), kept)
    except ConsoleError:
        standing = None
    if taken_over(actor=actor, request=kept, standing=standing):
        raise Conflict(decided_words(kept), next_step=_("Nothing more is to be done here."))
    raise Conflict(
        act.message or _("Capillary did not take the decision."),
        next_step=_("The request waits again. Open it and decide anew."),
        code=act.code,
        request_id=act.cap_request_id,
    )


def _check_unchanged(actor: Actor, request: GoodwillRequest, seen: str) -> None:
    """Read everything again; Conflict unless it is what the person saw, or what was true when it was asked."""
    identify(actor=actor, request=request)
    facts, standing = read_facts(actor=actor, request=request)
    if taken_over(actor=actor, request=request, standing=standing):
        raise Conflict(decided_words(request), next_step=_("Nothing more is to be done here."))
    asked = facts_of(request.snapshot)
    if facts.fingerprint == seen or (asked is not None and facts == asked):
        return
    raise Conflict(
        _("Something has changed since you looked at this request.")
        if seen
        else _("Something has changed since it was asked."),
        next_step=_("Look at the evidence again, then decide."),
        field="seen",
    )


def _one(actor: Actor, user: User, each: Chosen, reason: str) -> Outcome:
    try:
        done = approve(
            actor=actor, user=user, request=each.request, seen=each.seen, amount=each.amount, reason=reason
        )
    except ConsoleError as error:
        return Outcome(GoodwillRequest.objects.get(pk=each.request.pk), error)
    return Outcome(done, None)

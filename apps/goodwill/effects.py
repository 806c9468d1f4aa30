"""What becomes of a request: every change of its state, each inside the caller's transaction and lock."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.goodwill.escalations import times_of
from apps.goodwill.models import Decision, GoodwillRequest, OutsideAct, Taking
from apps.goodwill.outside import APPROVED, REJECTED, Standing
from apps.goodwill.states import Event, State, after
from apps.goodwill.taking import release, take
from apps.goodwill.tracing import trace

Verdict = Decision.Verdict
FIRST_PROOF = timedelta(seconds=2)


def move(request: GoodwillRequest, event: Event) -> None:
    """Along the table of states; the caller saves. Raises NoSuchWay."""
    request.state = after(request.state, event)


def sent(
    request: GoodwillRequest, *, actor: Actor, outside_id: str, status: str, filed_for: str = ""
) -> None:
    """The outside has it."""
    move(request, Event.SENT)
    _absorb(request, outside_id)
    request.outside_id, request.outside_number = outside_id, int(outside_id)
    request.seen_outside_at = timezone.now()
    if filed_for and filed_for != str(request.customer_id):
        request.snapshot = {**request.snapshot, "filed_for": filed_for}
    request.save()
    if status in {APPROVED, REJECTED}:
        # The organisation decides such requests by itself: nobody here is asked.
        by = str(_("the organisation's setting"))
        take_over(request, Standing(outside_id, status, None, "", "", by, None), actor=actor)


def _absorb(request: GoodwillRequest, outside_id: str) -> None:
    """The reading of pending requests may have met it first, without our tag: that row was this request."""
    met = GoodwillRequest.objects.filter(outside_id=outside_id, origin=GoodwillRequest.Origin.ELSEWHERE)
    met.filter(decisions=None, acts=None).exclude(pk=request.pk).delete()


def not_sent(request: GoodwillRequest, *, message: str) -> None:
    """The outside never had it: what was taken is given back."""
    move(request, Event.NOT_SENT)
    request.message = message[:300]
    request.by_policy = False
    request.save()
    release(request)


def approved(act: OutsideAct) -> None:
    """Our approval took place."""
    request, decision = act.request, act.decision
    move(request, Event.APPROVED)
    request.approved_amount = act.amount
    request.message = ""
    _decided(request, decision, timezone.now())
    _expect_credit(request)
    request.save()
    took_effect(decision, True)


def rejected(act: OutsideAct) -> None:
    """Our rejection took place; asked for by the requester it is a withdrawal."""
    request, decision = act.request, act.decision
    withdrawn = decision is not None and decision.verdict == Verdict.WITHDRAW
    move(request, Event.WITHDRAWN if withdrawn else Event.REJECTED)
    request.message = ""
    _decided(request, decision, timezone.now())
    request.save()
    release(request)
    took_effect(decision, True)


def stopped(act: OutsideAct, *, message: str, policy_may_retry: bool) -> None:
    """Our decision did not take place: the request waits again."""
    request = act.request
    move(request, Event.STOPPED)
    request.message = message[:300]
    took_effect(act.decision, False)
    if request.by_policy and not policy_may_retry:
        hand_on(request, _("Capillary did not take the approval by policy."))
    request.save()
    # Limit and budget stay taken while the policy may still approve.
    if not request.by_policy:
        release(request, [Taking.Account.GIVE, Taking.Account.STORE])
        # A first approval by somebody else holds, and so does what it took of their authority.
        by = act.decision.by if act.decision else None
        if by is not None:
            release(request, [Taking.Account.DECIDE], of=by)


def hand_on(request: GoodwillRequest, words: str) -> None:
    """Not by policy after all: a person decides. The caller saves and releases."""
    request.by_policy = False
    request.why = [*request.why, {"rule": "handed_on", "words": words}]
    due = timezone.now() + timedelta(minutes=times_of(request.store).due_minutes)
    request.due_at = due


def taken_by_person(request: GoodwillRequest) -> None:
    """A person took it: whatever comes of it, the policy does not decide behind them. The caller saves."""
    if request.by_policy:
        hand_on(request, _("A person decided before the policy."))
        # All of it: what a file holds for its rows is of the authority of whoever approved the file.
        release(request)


def take_over(request: GoodwillRequest, standing: Standing, *, actor: Actor) -> bool:
    """Somebody decided it elsewhere: the request follows. False when there is nothing to follow.

    An open act of ours must be settled before.
    """
    event = {APPROVED: Event.APPROVED, REJECTED: Event.REJECTED}.get(standing.status)
    if event is None or request.state not in {State.WAITING, State.SENT_BACK}:
        return False
    move(request, event)
    release(request)
    who = standing.by or str(_("somebody outside the console"))
    request.by_policy = False
    request.decided_by, request.decided_by_words = "elsewhere", who[:160]
    request.decided_at = standing.at or timezone.now()
    if event == Event.APPROVED:
        request.approved_amount = standing.value if standing.value is not None else request.amount
        if request.amount is None:
            request.amount = request.approved_amount
        if request.origin == GoodwillRequest.Origin.CONSOLE:
            _expect_credit(request)
    request.save()
    Decision.objects.create(
        request=request,
        verdict=Verdict.APPROVE if event == Event.APPROVED else Verdict.REJECT,
        by_words=who[:160],
        elsewhere=True,
        amount=request.approved_amount,
        reason=standing.updated_comments[:300],
        took_effect=True,
        at=request.decided_at,
    )
    if event == Event.APPROVED and request.store and request.approved_amount:
        # It was given, whoever said so: the month's budget shows it, even beyond its end.
        take(request, request.approved_amount, account=Taking.Account.STORE, store=request.store)
    trace("decided_elsewhere", request, actor=actor, who=who)
    return True


def took_effect(decision: Decision | None, yes: bool) -> None:
    """Keep whether a word came to pass."""
    if decision is not None:
        decision.took_effect = yes
        decision.save(update_fields=["took_effect"])


def _decided(request: GoodwillRequest, decision: Decision | None, now: datetime) -> None:
    request.decided_at = now
    request.decided_by = "policy" if decision and decision.policy else "person"
    request.decided_by_words = decision.by_words if decision else ""


def _expect_credit(request: GoodwillRequest) -> None:
    now = timezone.now()
    request.next_proof_at = now + FIRST_PROOF
    request.proof_due_at = now + timedelta(minutes=times_of(request.store).proof_minutes)

"""Approval by policy: the second recorded step of a request within the requester's own authority."""

import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.capillary.ratelimit import Lane
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.goodwill.acting import carry_out, reserve
from apps.goodwill.effects import hand_on, move
from apps.goodwill.facts import changes, facts_of
from apps.goodwill.granting import grant_behind, hold, way_of
from apps.goodwill.models import Decision, FileGrant, GoodwillRequest, OutsideAct, Taking
from apps.goodwill.reading import read_facts, taken_over
from apps.goodwill.routing import Why
from apps.goodwill.states import Event, State
from apps.goodwill.switches import GOODWILL
from apps.goodwill.taking import lock_counting, release, take
from apps.goodwill.tracing import trace
from apps.operations.acts.pacing import paced
from apps.operations.colleagues import is_colleague
from apps.operations.switches import off_for

# What the outside told of the customer for the asking a moment ago holds; later it is read again. The
# console's own rows are always read again.
FRESH = timedelta(seconds=60)
TRY_AGAIN = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(minutes=10)
AT_ONCE = 20
log = logging.getLogger("console.goodwill")
CUSTOMER_FACTS = {"status", "fraud", "merged"}


def actor_of_policy(request: GoodwillRequest) -> Actor:
    """The policy as the trail names it; it acts for the store of the request."""
    return Actor(
        user_id=None,
        name=_("Policy: %(policy)s") % {"policy": request.policy},
        role="System",
        store_id=request.store_id,
        store_code=request.store.code if request.store else "",
        channel="system",
    )


def approve_by_policy(request: GoodwillRequest) -> GoodwillRequest:
    """Approve a waiting request in the policy's name, or hand it on to a person. Safe to run twice.

    Shape: the request as it stands; still waiting when the facts could not be read now
    """
    actor = actor_of_policy(request)
    hurdle = _hurdle(actor, request)
    if hurdle is None:
        return GoodwillRequest.objects.get(pk=request.pk)
    behind = grant_behind(request)
    # A row of a file gives way to people, with its approval as with its sending.
    lane: Lane | None = "bulk" if behind else None
    act = _reserve(actor, request, hurdle, behind, lane)
    if act is not None:
        carry_out(actor=actor, act=act, lane=lane)
    return GoodwillRequest.objects.get(pk=request.pk)


def approve_due() -> int:
    """Sweep: requests within somebody's authority whose second step did not happen (yet)."""
    now = timezone.now()
    due = GoodwillRequest.objects.filter(state=State.WAITING, by_policy=True, due_at__lte=now).order_by(
        "due_at"
    )
    handled = 0
    for request in paced(due.select_related("store", "series")[:AT_ONCE]):
        with use_reference(request.correlation or new_reference()):
            _approve_alone(request)
        handled += 1
    return handled


def _approve_alone(request: GoodwillRequest) -> None:
    """One request, whose troubles keep no other one waiting."""
    try:
        approve_by_policy(request)
    except Exception as error:
        log.error("%s could not be approved by policy: %s.", request.reference, type(error).__name__)
        GoodwillRequest.objects.filter(pk=request.pk).update(due_at=timezone.now() + TRY_AGAIN)


def _hurdle(actor: Actor, request: GoodwillRequest) -> str | None:
    """Why a person has to decide after all, "" for no reason; None when it cannot be said now."""
    if request.asked_at > timezone.now() - FRESH:
        return ""
    try:
        facts, standing = read_facts(actor=actor, request=request, lane="bulk")
    except ConsoleError:
        if request.asked_at < timezone.now() - GIVE_UP_AFTER:
            return _("The facts could not be read for the policy.")
        GoodwillRequest.objects.filter(pk=request.pk).update(due_at=timezone.now() + TRY_AGAIN)
        return None
    if taken_over(actor=actor, request=request, standing=standing):
        return None
    changed = [one for one in changes(facts_of(request.snapshot), facts) if one.name in CUSTOMER_FACTS]
    return _("Something changed before the policy could approve.") if changed else ""


def _reserve(
    actor: Actor, request: GoodwillRequest, hurdle: str, behind: FileGrant | None, lane: Lane | None
) -> OutsideAct | None:
    """The decision in the policy's name and its act; None when a person decides or somebody was quicker."""
    with written():
        counted = behind.approver if behind and behind.approver else request.requester
        lock_counting(kind=request.kind, user=counted, store=request.store)
        kept = GoodwillRequest.objects.locked(request.pk)
        if kept.state != State.WAITING or not kept.by_policy:
            return None
        against = _against(kept)
        if hurdle or against:
            _hand_on(actor, kept, hurdle, against)
            return None
        decision = Decision.objects.create(
            request=kept,
            verdict=Decision.Verdict.APPROVE,
            by=behind.approver if behind else None,
            by_words=actor.name,
            policy=kept.policy,
            amount=kept.amount,
        )
        move(kept, Event.BEGUN)
        kept.due_at = timezone.now() + TRY_AGAIN
        kept.save(update_fields=["state", "due_at"])
        act = reserve(
            kept,
            kind=OutsideAct.Kind.APPROVE,
            actor=actor,
            decision=decision,
            amount=kept.amount,
            lane=lane,
        )
        trace("approval_begun", kept, actor=actor, policy=kept.policy)
    return act


def _against(request: GoodwillRequest) -> list[Why]:
    """What the console's own rows say against it now: person, right, limits, budget, switch, own data.

    What the request had taken is taken anew, so that it is counted once.
    """
    user, store = request.requester, request.store
    if user is None or store is None or not user.has_perm("staff.ask_goodwill", store):
        return [{"rule": "requester", "words": _("Who asked does not work there any more.")}]
    if off_for(GOODWILL, store) is not None:
        return [{"rule": "off", "words": _("Goodwill was switched off.")}]
    grant = grant_behind(request)
    release(request)
    own = bool(user.contact_digests & set(request.contact_digests))
    colleague = own or request.needs_other_store or is_colleague((), request.contact_digests)
    request.needs_other_store = colleague
    way = way_of(grant, user=user, store=store, kind=request.kind, amount=request.amount, colleague=colleague)
    request.approvals_needed = way.approvals_needed
    if way.by_policy and request.amount is not None and grant is not None:
        hold(grant, request, request.amount)
    elif way.by_policy and request.amount is not None:
        take(request, request.amount, account=Taking.Account.GIVE, user=user)
        take(request, request.amount, account=Taking.Account.STORE, store=store)
    return way.why


def _hand_on(actor: Actor, request: GoodwillRequest, hurdle: str, against: list[Why]) -> None:
    request.why = [*request.why, *against]
    hand_on(request, hurdle or _("The rules do not allow it by policy any more."))
    request.save()
    release(request)
    words = [hurdle, *(one["words"] for one in against)]
    trace("handed_on", request, actor=actor, reason=" ".join(one for one in words if one))

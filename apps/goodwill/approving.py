"""The reserve step of an approval: locks, authority for the amount, one or two people, budget."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import BadInput, Conflict, ConsoleError, Refused
from apps.core.kept import number
from apps.goodwill.acting import reserve
from apps.goodwill.authority import first_approval, gave_first, why_not
from apps.goodwill.budgets import budget_left
from apps.goodwill.effects import move, taken_by_person
from apps.goodwill.limits import left_of_store, left_to_decide
from apps.goodwill.models import Decision, GoodwillRequest, Kind, LimitRule, OutsideAct, Taking
from apps.goodwill.money import given_kept, whole_points
from apps.goodwill.routing import needed
from apps.goodwill.standing import check_pending
from apps.goodwill.states import Event
from apps.goodwill.taking import lock_counting, release, take
from apps.goodwill.tracing import trace
from apps.staff.models import User

Verdict = Decision.Verdict


@dataclass(frozen=True)
class Approval:
    """What somebody wants to approve, having seen the facts with this fingerprint."""

    actor: Actor
    user: User
    amount: Decimal
    reason: str
    seen: str


def checked_amount(request: GoodwillRequest, amount: Decimal | None) -> Decimal:
    """What is approved: as asked, or less. Raises BadInput (amount)."""
    if request.kind == Kind.COUPON:
        return Decimal(1)
    if amount is None and request.amount is None:
        raise BadInput(
            _("Capillary does not tell how many points were asked for. Write how many you approve."),
            field="amount",
        )
    if amount is None and request.amount is not None:
        return request.amount
    given = whole_points(amount)
    if request.amount is not None and given > request.amount:
        raise BadInput(
            _("At most the %(asked)s asked for can be approved.") % {"asked": number(request.amount)},
            field="amount",
        )
    return given


def reserve_approval(request: GoodwillRequest, approval: Approval) -> OutsideAct | None:
    """The decision with what it takes, its act and entry; None for the first of two approvals.

    Raises: Refused, Conflict, BadInput as `deciding.approve` does; a refusal is an entry
    """
    try:
        with written():
            lock_counting(kind=request.kind, user=approval.user, store=request.store)
            kept = GoodwillRequest.objects.locked(request.pk)
            check_pending(kept)
            first = _first(kept, approval)
            _check_room(kept, approval)
            if first is None and needed(kept.store, kept.kind, approval.amount) > 1:
                _approve_first(kept, approval)
                return None
            return _approve(kept, approval)
    except Refused as error:
        # The transaction is gone with what was locked; the refusal itself stays on record.
        trace("refused", request, actor=approval.actor, outcome="refused", reason=error.message)
        raise


def _first(request: GoodwillRequest, approval: Approval) -> Decision | None:
    """The first approval by somebody else. Raises Refused for the same person again, BadInput for more."""
    words = why_not(approval.user, request)
    if words:
        raise Refused(words)
    first = first_approval(request)
    if first is None:
        return None
    if words := gave_first(approval.user, first):
        raise Refused(words, next_step=_("Leave the second approval to somebody else."))
    if first.amount is not None and approval.amount > first.amount:
        raise BadInput(
            _("%(who)s approved %(amount)s. The second approval cannot be for more.")
            % {"who": first.by_words, "amount": number(first.amount)},
            field="amount",
        )
    return first


def _check_room(request: GoodwillRequest, approval: Approval) -> None:
    """Raises Refused beyond the person's authority, Conflict beyond the store's limit or budget."""
    limit = left_to_decide(approval.user, request.kind)
    broken = limit.broken(approval.amount)
    if broken:
        raise _over_authority(broken, limit.request)
    if request.store is None:
        return
    # What the policy may have taken for it is taken anew.
    release(request, [Taking.Account.STORE])
    store_limit = left_of_store(request.store, request.kind, LimitRule.Purpose.DECIDE)
    if store_limit is not None and not store_limit.fits(approval.amount):
        raise Conflict(
            _("This is over the limit of %(store)s.") % {"store": request.store.name},
            next_step=_("Approve less, or ask your administrator."),
            field="amount",
        )
    budget = budget_left(request.store, request.kind)
    if not budget.fits(approval.amount):
        raise Conflict(
            _("The budget of %(store)s has %(left)s left this month.")
            % {"store": request.store.name, "left": number(budget.left or Decimal(0))},
            next_step=_("Approve less, or ask your administrator for more budget."),
            field="amount",
        )


def _over_authority(broken: str, most: Decimal | None) -> ConsoleError:
    if broken == "none":
        return Refused(
            _("No limit is set for you, so you cannot approve."), next_step=_("Ask your administrator.")
        )
    return Refused(
        _("This is over your own limit: you can approve %(most)s now.")
        % {"most": number(most or Decimal(0))},
        next_step=_("Approve less, or leave it to somebody with a higher limit."),
    )


def _approve_first(request: GoodwillRequest, approval: Approval) -> None:
    taken_by_person(request)
    request.save(update_fields=["by_policy", "why", "due_at"])
    _decision(request, approval, Verdict.APPROVE_FIRST, took_effect=True)
    take(request, approval.amount, account=Taking.Account.DECIDE, user=approval.user)
    trace("approved_first", request, actor=approval.actor, reason=approval.reason)


def _approve(request: GoodwillRequest, approval: Approval) -> OutsideAct:
    decision = _decision(request, approval, Verdict.APPROVE, took_effect=None)
    taken_by_person(request)
    take(request, approval.amount, account=Taking.Account.DECIDE, user=approval.user)
    if request.store is not None:
        take(request, approval.amount, account=Taking.Account.STORE, store=request.store)
    move(request, Event.BEGUN)
    request.save(update_fields=["state", "by_policy", "why", "due_at"])
    act = reserve(
        request,
        kind=OutsideAct.Kind.APPROVE,
        actor=approval.actor,
        decision=decision,
        amount=approval.amount,
    )
    asked, given = (
        given_kept(request.kind, one, request.series) for one in (request.amount, approval.amount)
    )
    told: dict[str, Any] = {} if asked == given else {"changed": {"amount": [asked, given]}}
    trace("approval_begun", request, actor=approval.actor, reason=approval.reason, seen=approval.seen, **told)
    return act


def _decision(
    request: GoodwillRequest, approval: Approval, verdict: str, *, took_effect: bool | None
) -> Decision:
    return Decision.objects.create(
        request=request,
        verdict=verdict,
        by=approval.user,
        by_words=approval.user.name,
        amount=approval.amount,
        reason=approval.reason,
        seen=approval.seen,
        took_effect=took_effect,
    )

"""What an act's outcome means for its request: one short transaction, whoever found it out."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.kept import of_nobody
from apps.goodwill.effects import approved, not_sent, rejected, sent, stopped
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.money import part_words
from apps.goodwill.tracing import trace
from apps.goodwill.unknowns import what_of, whom
from apps.operations.acts.results import Result, note
from apps.operations.models import Notice
from apps.operations.notices import tell, tell_end

State, Kind = OutsideAct.State, OutsideAct.Kind


@dataclass(frozen=True, slots=True)
class Sent:
    """What the answer to a sending tells, or the list in which it was found."""

    outside_id: str = ""
    status: str = ""
    filed_for: str = ""


def conclude(*, actor: Actor, act: OutsideAct, result: Result) -> OutsideAct:
    """Write the outcome, its effect on the request and the entry, unless somebody settled it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        request = GoodwillRequest.objects.locked(act.request_id)
        kept = OutsideAct.objects.select_for_update(of=("self",)).select_related("decision").get(pk=act.pk)
        kept.request = request
        if not kept.is_open:
            return kept
        was = kept.state
        note(kept, result, now)
        kept.save()
        if result.state == State.DONE:
            _done(actor, kept, result)
        elif result.state == State.NOT_DONE:
            _not_done(kept, result)
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if kept.state != was:
            _trace(actor, kept, result)
        _tell(kept, was)
        _tell_decided(kept)
    return kept


def _done(actor: Actor, act: OutsideAct, result: Result) -> None:
    if act.kind == Kind.ADD:
        told: Sent = result.told
        sent(
            act.request,
            actor=actor,
            outside_id=told.outside_id,
            status=told.status,
            filed_for=told.filed_for,
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


def _tell(act: OutsideAct, was: str) -> None:
    """Who set it off is told how it ended; of what the policy did, whoever had asked."""
    tell_end(
        act,
        was=was,
        about=", ".join((act.request.number, of_nobody(what_of)(act), whom(act.request))),
        url=reverse("goodwill:request", args=[act.request_id]),
        user_id=act.request.requester_id,
    )


def _tell_decided(act: OutsideAct) -> None:
    """Whoever asked is told that somebody else has approved or rejected it, once the outside has it too."""
    decision, request = act.decision, act.request
    if act.state != State.DONE or decision is None or decision.by_id in (None, request.requester_id):
        return
    if any(one.is_of_a_file for one in request.acts.filter(kind=Kind.ADD)):
        return
    approved_it = act.kind == Kind.APPROVE
    words = _("Approved: %(about)s.") if approved_it else _("Rejected: %(about)s.")
    tell(
        user_id=request.requester_id,
        words=words % {"about": f"{request.number}, {whom(request)}{_cut(act)}"},
        url=reverse("goodwill:request", args=[act.request_id]),
        level=Notice.Level.OK if approved_it else Notice.Level.BAD,
    )


def _cut(act: OutsideAct) -> str:
    """That less was approved than was asked for, as `of_nobody` keeps it."""
    request = act.request
    if act.kind != Kind.APPROVE:
        return ""
    less = of_nobody(part_words)(request.kind, act.amount, request.amount)
    return f", {less}" if less else ""


def _trace(actor: Actor, act: OutsideAct, result: Result) -> None:
    names = {Kind.ADD: "sent", Kind.APPROVE: "approved", Kind.REJECT: "rejected"}
    name = names[Kind(act.kind)]
    if act.decision is not None and act.decision.verdict == "withdraw":
        name = "withdrawn"
    trace(
        name,
        act.request,
        actor=actor,
        outcome=result.outcome,
        reason=act.decision.reason if act.decision else "",
        policy=act.decision.policy if act.decision else "",
        act_state=act.state,
        looks=act.looks,
        error_code=act.code,
        message=act.message,
        cap_request_id=act.cap_request_id,
    )

"""What an act's outcome means for the redemption: one short transaction, whoever found it out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.audit.actor import Actor
from apps.core.kept import points as in_words
from apps.operations.acts.results import Result, note
from apps.points.models import Mode, PointsRules, Redemption
from apps.points.models.proof import Provable
from apps.points.ruling import rules_for
from apps.points.telling import tell_settled
from apps.points.tracing import trace
from apps.staff.models import Store

State = Redemption.State
FIRST_PROOF = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Told:
    """What the answer to a redemption tells, or the list in which it was found.

    outside_id  as redeeming answers it;  listed_id  in the list;  taken  points the outside says it took
    by_reference  the list shows it under our reference;  candidates  rows of which one may be it
    """

    outside_id: str = ""
    listed_id: str = ""
    taken: Decimal | None = None
    value: Decimal | None = None
    balance: Decimal | None = None
    by_reference: bool = False
    candidates: list[dict[str, Any]] = field(default_factory=list)


def conclude(*, actor: Actor, act: Redemption, result: Result) -> Redemption:
    """Write the outcome and the entry, unless somebody settled it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        kept = Redemption.objects.locked(act.pk)
        if not kept.is_open:
            return kept
        was = kept.state
        note(kept, result, now)
        if isinstance(result.told, Told):
            _absorb(kept, result.told)
        if kept.state == State.DONE:
            expect_proof(kept, kept.store, now)
            if kept.mode == Mode.CODE:
                # The outside took the code the customer read out: nothing is surer than that.
                kept.verification = PointsRules.Level.CODE_PASSED
        elif kept.state == State.NOT_DONE and result.looks is None:
            # Known at once and certain: the form may be sent again with what was wrong in it corrected.
            kept.token = None
        kept.save()
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if was != kept.state:
            _trace(actor, kept, result)
        tell_settled(kept, kept, was=was)
    return kept


def _absorb(act: Redemption, told: Told) -> None:
    act.outside_id = told.outside_id[:40] or act.outside_id
    act.listed_id = told.listed_id[:40] or act.listed_id
    act.reference_seen = act.reference_seen or told.by_reference
    if told.taken is not None:
        act.taken = told.taken
    if told.value is not None:
        act.value, act.currency = told.value, str(settings.CAPILLARY["currency"])
    if told.balance is not None:
        act.balance_after = told.balance
    act.candidates = told.candidates


def expect_proof(subject: Provable, store: Store, now: datetime) -> None:
    """The outside said yes: from now on it is looked for. The caller saves."""
    subject.next_proof_at = now + FIRST_PROOF
    subject.proof_due_at = now + timedelta(minutes=rules_for(store).proof_minutes)


def _trace(actor: Actor, act: Redemption, result: Result) -> None:
    trace(
        "redeemed",
        act,
        actor=actor,
        outcome=result.outcome,
        act_state=act.state,
        looks=act.looks,
        error_code=act.code,
        message=act.message,
        cap_request_id=act.cap_request_id,
        redemption_id=act.listed_id,
        **_balances(act),
    )


def _balances(act: Redemption) -> dict[str, Any]:
    """The balance before and after it, once it took place and both were told."""
    if act.state != State.DONE or act.balance_before is None or act.balance_after is None:
        return {}
    return {"changed": {"balance": [in_words(act.balance_before), in_words(act.balance_after)]}}

"""What an act's outcome means for every invited person: one short transaction, whoever found it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.audit.actor import Actor
from apps.operations.acts.results import Result, note
from apps.referrals import facts, sightings
from apps.referrals.models import Invitation, Invitee
from apps.referrals.telling import people as in_words
from apps.referrals.telling import tell_settled
from apps.referrals.tracing import trace

State = Invitation.State
Row = Invitee.State
OF_ROW = {"invited": Row.INVITED, "refused": Row.REFUSED, "unknown": Row.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one person: state as in the table, and the outside's code and words."""

    state: str
    code: str = ""
    message: str = ""
    next_step: str = ""
    field: str = ""
    permanent: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Verdicts by position; of whom it says nothing, nothing new is known."""

    rows: Mapping[int, Verdict] = field(default_factory=dict)


def conclude(*, actor: Actor, act: Invitation, result: Result) -> Invitation:
    """Write the outcome of every row and the entry, unless somebody settled it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        kept = Invitation.objects.locked(act.pk)
        if not kept.is_open:
            return kept
        was = (kept.state, kept.invited, kept.refused)
        changed = _absorb(kept, result, now)
        result = _whole(kept, result)
        note(kept, result, now)
        if kept.state == State.NOT_DONE and result.looks is None:
            # Known at once and certain: the form may be sent again with what was wrong in it corrected.
            kept.token = None
        kept.save()
        sightings.keep_sent(kept, [row for row in changed if row.state == Row.INVITED])
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if was != (kept.state, kept.invited, kept.refused):
            _trace(actor, kept, result)
        tell_settled(kept, was=was[0])
    facts.forget(kept.customer_id or 0, kept.campaign)
    return kept


def _absorb(act: Invitation, result: Result, now: datetime) -> list[Invitee]:
    """Take the verdicts down in the rows that are open; the rows that changed."""
    told = result.told.rows if isinstance(result.told, Told) else {}
    rows = list(act.invitees.open())
    for row in rows:
        _take(row, told.get(row.position) or _of_whole(row, result), now)
    Invitee.objects.bulk_update(
        rows, ["state", "code", "message", "next_step", "field", "permanent", "found_at"]
    )
    states = list(act.invitees.values_list("state", flat=True))
    act.invited, act.refused = states.count(Row.INVITED), states.count(Row.REFUSED)
    return rows


def _of_whole(row: Invitee, result: Result) -> Verdict:
    """What the outcome of the whole means for a row nothing is said of."""
    if result.state != State.NOT_DONE:
        return Verdict(Row.UNKNOWN, row.code, row.message, row.next_step)
    error = result.error
    return Verdict(
        Row.REFUSED,
        code=error.code if error else "",
        message=result.message,
        next_step=error.next_step if error else "",
        permanent=error.permanent if error else False,
    )


def _take(row: Invitee, verdict: Verdict, now: datetime) -> None:
    row.state, row.code = verdict.state, verdict.code[:20]
    row.message, row.next_step = verdict.message[:300], verdict.next_step[:300]
    row.field, row.permanent = verdict.field[:20], verdict.permanent
    row.found_at = now if verdict.found else row.found_at


def _whole(act: Invitation, result: Result) -> Result:
    """Settled when every row is: done when somebody was invited. Open as long as one is not known."""
    if not act.not_known:
        return replace(result, state=State.DONE if act.invited else State.NOT_DONE)
    if result.state in (State.UNKNOWN, State.PERSON):
        return result
    return replace(result, state=State.UNKNOWN)


def _trace(actor: Actor, act: Invitation, result: Result) -> None:
    people = act.invitees.values_list("digest", flat=True)
    trace(
        "invited",
        act,
        actor=actor,
        outcome=result.outcome,
        # The sentence of what was done says how many were invited, and not how many were asked for.
        people=in_words(act.asked if act.is_open else act.invited),
        digests=tuple(bytes.fromhex(one) for one in people),
        looks=act.looks,
        error_code=act.code,
        message=act.message,
        cap_request_id=act.cap_request_id,
    )

"""Looks for what became of a reversal: among the redemption's reversals, those that were not there before."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from apps.capillary.client import Client
from apps.capillary.types_points import PointsRedemption
from apps.capillary.types_points import Reversal as Listed
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Sought
from apps.points.looking import candidates_in
from apps.points.models import Reversal, ReversalAct, State
from apps.points.reading import read_redemption
from apps.points.reversal_outcomes import GivenBack

ActState = ReversalAct.State
SLACK = timedelta(minutes=5)
# A call that left may be booked long after nobody waits for it any more; what comes later still is somebody else's.
BOOKED_WITHIN = timedelta(minutes=30)


def seek(client: Client, act: ReversalAct) -> Sought:
    """What reading back says of the reversal: one call, two for an old redemption.

    Exactly one that came within half an hour, of our points and not of another till, is it. Several: a person
    looks, and sees them. Ours by its till, of other points: a person too. None: nothing can be said yet.
    Raises: Missing or CapillaryError when it could not be read
    """
    row = read_redemption(client, act.customer_id or 0, act.redemption_id)
    fresh = came_since(act, row)
    tills = {one.id: is_of_our_till(act, one) for one in fresh}
    until = (act.sent_at or act.started_at) + BOOKED_WITHIN
    in_time = [one for one in fresh if one.reversed_at is None or one.reversed_at <= until]
    fits = [one for one in in_time if one.points == act.points and tills[one.id] is not False]
    sure = [one for one in fits if tills[one.id]]
    fits = sure or fits
    missing = len(fits) - _others_to_be_seen(act)
    if missing > 1:
        return Sought(Result(ActState.PERSON, told=GivenBack(candidates=shown(fits))))
    if missing == 1:
        return Sought(found(fits[-1]))
    strange = [one for one in in_time if tills[one.id] and one.points != act.points]
    if strange and not fits:
        return Sought(Result(ActState.PERSON, told=GivenBack(candidates=shown(strange))))
    return Sought(news=shown(fresh))


def came_since(act: ReversalAct, row: PointsRedemption) -> list[Listed]:
    """Reversals not known before the call, neither another one of ours nor older than our try; oldest first."""
    before = {str(pk) for pk, _points in act.known_before or ()}
    ours = Reversal.objects.filter(redemption_id=act.redemption_id).exclude(pk=act.reversal_id)
    before |= set(ours.exclude(listed_id="").values_list("listed_id", flat=True))
    since = act.started_at - SLACK
    fresh = [one for one in row.reversals if one.id not in before]
    fresh = [one for one in fresh if one.reversed_at is None or one.reversed_at >= since]
    return sorted(fresh, key=lambda one: (since if one.reversed_at is None else one.reversed_at, one.id))


def is_of_our_till(act: ReversalAct, one: Listed) -> bool | None:
    """Whether it was made at the till our act went out from; None where that cannot be said.

    The list names a till by a number we are told nowhere else, so it is learnt from reversals that are proved.
    """
    code = one.by.code if one.by else ""
    if code and act.store.till_code:
        return code == act.store.till_code
    if not one.till_id:
        return None
    known = ReversalAct.objects.exclude(till_id="").exclude(pk=act.pk)
    numbers = known.filter(store=act.store).order_by("-id").values_list("till_id", flat=True)
    ours = numbers.first()
    if ours is not None:
        return ours == one.till_id
    return False if known.filter(till_id=one.till_id).exclude(store=act.store).exists() else None


def _others_to_be_seen(act: ReversalAct) -> int:
    """Reversals of ours that are done and that the list has not shown yet: one of the fresh ones is theirs."""
    done = Reversal.objects.filter(redemption_id=act.redemption_id, state=State.DONE, listed_id="")
    return done.filter(given=act.points).exclude(pk=act.reversal_id).count()


def found(one: Listed, words: str = "") -> Result:
    """This one of the redemption's reversals is it."""
    told = GivenBack(listed_id=one.id, till_id=one.till_id, points=one.points)
    return Result(ActState.DONE, words=words, told=told)


def shown(rows: Iterable[Listed]) -> list[dict[str, Any]]:
    """Reversals as they are kept for the person who looks."""
    return [
        {
            "id": one.id,
            "points": str(one.points if one.points is not None else Decimal(0)),
            "at": one.reversed_at.isoformat() if one.reversed_at else "",
            "till": str(one.by or "") or one.till_id,
        }
        for one in rows
    ]


def keep_candidates(act: ReversalAct, sought: Sought) -> None:
    """What came since and is not it by our rules is shown to whoever looks."""
    rows = sought.news or candidates_in(sought)
    if rows and act.is_open:
        ReversalAct.objects.filter(pk=act.pk).update(candidates=rows)

"""Looks for what became of a redemption: under our reference, else by points, time and till."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q

from apps.capillary.client import Client
from apps.capillary.types_points import PointsRedemption, Redemptions
from apps.operations.acts.results import LOOK_AFTER, Result
from apps.operations.acts.trade import Sought
from apps.points.models import Redemption
from apps.points.outcomes import Told
from apps.points.reading import days_around, listing_call

State = Redemption.State
# Their clock is not ours; and a call that left may be booked long after nobody waits for it any more.
SLACK, BOOKED_WITHIN = timedelta(minutes=5), timedelta(minutes=30)


def seek(client: Client, act: Redemption) -> Sought:
    """What reading back says of the redemption: one call, two where no reference finds it.

    One under our reference and of our points is it. Without references, one of our points in our time at our till
    is it, unless it is another of ours. Several, or other points: a person looks. None: nothing can be said yet.
    Raises: CapillaryError when it could not be read
    """
    customer, days = act.customer_id or 0, days_around(act.started_at, client.config.timezone)
    ours = client.send(listing_call(customer, days=days, reference=act.reference)).of_reference(act.reference)
    if ours:
        return _by_reference(act, ours)
    kept = references_are_kept()
    if kept and act.looks + 1 < len(LOOK_AFTER):
        # Where references are kept, a row without ours is not it; a person is shown what looks like it at the end.
        return Sought()
    listing = client.send(listing_call(customer, days=days))
    ours = listing.of_reference(act.reference)
    return _by_reference(act, ours) if ours else _by_likeness(act, listing, kept)


def references_are_kept() -> bool:
    """Whether the outside has ever shown one of our references."""
    return Redemption.objects.filter(reference_seen=True).exists()


def alike(act: Redemption, listing: Redemptions) -> list[PointsRedemption]:
    """Rows that may be it: our points, time and till, of no reference, and none of ours already."""
    rows = listing.alike(
        points=act.points,
        since=act.started_at - SLACK,
        until=act.started_at + BOOKED_WITHIN,
        till_code=act.store.till_code,
    )
    unnamed = [row for row in rows if not row.external_reference]
    ids = [row.id for row in unnamed]
    taken = Redemption.objects.filter(Q(listed_id__in=ids) | Q(outside_id__in=ids)).exclude(pk=act.pk)
    claimed = {one for pair in taken.values_list("listed_id", "outside_id") for one in pair}
    return [row for row in unnamed if row.id not in claimed]


def _others_to_be_seen(act: Redemption) -> int:
    """Redemptions of ours that are done and whose row is not known yet: one of those alike is theirs."""
    around = (act.started_at - SLACK - BOOKED_WITHIN, act.started_at + BOOKED_WITHIN)
    done = Redemption.objects.filter(customer_id=act.customer_id, state=State.DONE, listed_id="")
    return done.filter(points=act.points, started_at__range=around).exclude(pk=act.pk).count()


def _by_reference(act: Redemption, ours: Iterable[PointsRedemption]) -> Sought:
    rows = list(ours)
    if len(rows) == 1 and rows[0].points == act.points:
        return Sought(found(rows[0], by_reference=True))
    return Sought(Result(State.PERSON, told=Told(by_reference=True, candidates=shown(rows))))


def _by_likeness(act: Redemption, listing: Redemptions, kept: bool) -> Sought:
    rows = alike(act, listing)
    if not rows:
        return Sought()
    others = _others_to_be_seen(act)
    if kept or len(rows) <= others:
        return Sought(news=shown(rows))
    if len(rows) == 1:
        return Sought(found(rows[0]))
    return Sought(Result(State.PERSON, told=Told(candidates=shown(rows))))


def found(row: PointsRedemption, *, by_reference: bool = False, words: str = "") -> Result:
    """This row of the list is it."""
    return Result(
        State.DONE, words=words, told=Told(listed_id=row.id, taken=row.points, by_reference=by_reference)
    )


def shown(rows: Iterable[PointsRedemption]) -> list[dict[str, Any]]:
    """Rows as they are kept for the person who looks."""
    return [
        {
            "id": row.id,
            "points": str(row.points or ""),
            "at": row.redeemed_at.isoformat() if row.redeemed_at else "",
            "till": str(row.till or row.store or "") or row.redeemed_where,
            "reference": row.external_reference,
        }
        for row in rows
    ]


def keep_candidates(act: Redemption, sought: Sought) -> None:
    """What looks like it and is not it by our rules is shown to whoever looks."""
    rows = sought.news or candidates_in(sought)
    if rows and act.is_open:
        Redemption.objects.filter(pk=act.pk).update(candidates=rows)


def candidates_in(sought: Sought) -> list[dict[str, Any]]:
    """The rows a person has to choose from."""
    told = sought.result.told if sought.result else None
    return list(told.candidates) if told else []

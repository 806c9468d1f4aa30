"""What proves a redemption or a reversal: the outside's list shows it, and its ledger the points that moved."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from apps.capillary.client import Client
from apps.capillary.ledger_pages import read_ledger
from apps.capillary.resources import ledger
from apps.capillary.types_ledger import LedgerEntry
from apps.capillary.types_points import PointsRedemption
from apps.capillary.types_points import Reversal as Listed
from apps.operations.handles import Handle
from apps.points.models import Redemption, Reversal, ReversalAct
from apps.points.reading import days_around, listing_call, read_redemption
from apps.points.reversal_looking import came_since, is_of_our_till

# Their clock is not ours, and what was settled late may have been booked at any time until then.
SLACK, BOOKED_WITHIN = timedelta(minutes=5), timedelta(minutes=30)
NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Seen:
    """What was seen of one act. ledger_id is "" when no entry fits;  asked  whether the ledger could be asked at all.

    keep  notes what the list told besides: its id, our reference, the till
    """

    listed_id: str
    ledger_id: str
    asked: bool
    keep: Callable[[Any], None]
    at: str = ""

    @property
    def is_whole(self) -> bool:
        """Both show it, or the list alone where the ledger cannot be asked."""
        return bool(self.listed_id) and (bool(self.ledger_id) or not self.asked)

    @property
    def causes(self) -> list[str]:
        """What is missing."""
        return [
            name
            for name, missing in (
                ("listed", not self.listed_id),
                ("ledger", self.asked and not self.ledger_id),
            )
            if missing
        ]

    def plain(self) -> dict[str, str]:
        """As the row keeps it."""
        return {"listed": self.listed_id, "ledger": self.ledger_id, "at": self.at}


def see_redemption(client: Client, act: Redemption) -> Seen:
    """Look for a redemption: two calls, three when it is not listed by its number. Raises CapillaryError."""
    row = _listed(client, act)
    points = act.taken if act.taken is not None else act.points
    asked = bool(act.handle)
    entry = ""
    if asked and row:
        entry = _entry(client, act, act.handle, "DEBIT", -points, Redemption, own=act.proof_key)

    def keep(kept: Redemption) -> None:
        if row is not None:
            kept.listed_id = row.id
            kept.reference_seen = kept.reference_seen or row.external_reference == kept.reference

    at = row.redeemed_at.isoformat() if row and row.redeemed_at else ""
    return Seen(row.id if row else "", entry, asked, keep, at)


def see_reversal(client: Client, reversal: Reversal) -> Seen:
    """Look for a reversal: two calls, three for an old redemption. Raises Missing, CapillaryError."""
    act = reversal.acts.select_related("store").filter(state=ReversalAct.State.DONE).first()
    row = read_redemption(client, reversal.customer_id, reversal.redemption_id)
    one = _reversal_in(row, reversal, act) if act else None
    points = one.points if one and one.points is not None else reversal.given or reversal.points
    asked = bool(reversal.handle)
    entry = ""
    if act is not None and asked and one:
        entry = _entry(client, act, reversal.handle, "CREDIT", points, Reversal, own=reversal.proof_key)

    def keep(kept: Reversal) -> None:
        if one is not None and act is not None:
            kept.listed_id, kept.given = one.id, points
            if one.till_id:
                ReversalAct.objects.filter(pk=act.pk).update(till_id=one.till_id)

    at = one.reversed_at.isoformat() if one and one.reversed_at else ""
    return Seen(one.id if one else "", entry, asked, keep, at)


def _listed(client: Client, act: Redemption) -> PointsRedemption | None:
    """The row of the list: by its number, by our reference, or by both in the days around."""
    customer, points = act.customer_id or 0, act.taken if act.taken is not None else act.points
    if act.listed_id.isdecimal():
        rows = client.send(listing_call(customer, number=act.listed_id)).points
        if found := _that(rows, act, points):
            return found
    days = days_around(act.started_at, client.config.timezone)
    return _that(client.send(listing_call(customer, days=days)).points, act, points)


def _that(rows: Iterable[PointsRedemption], act: Redemption, points: Decimal) -> PointsRedemption | None:
    ours = (
        row
        for row in rows
        if row.external_reference == act.reference
        or (row.id == act.listed_id and row.external_reference in ("", act.reference))
    )
    return next((row for row in ours if row.points == points), None)


def _reversal_in(row: PointsRedemption, reversal: Reversal, act: ReversalAct) -> Listed | None:
    """Ours among the redemption's reversals. Reversing answers with another kind of id than the list shows, so it
    is known by what was not there before, its points and its till; of several alike each is taken once."""
    ids = {reversal.listed_id, reversal.outside_id} - {""}
    by_id = next((one for one in row.reversals if one.id in ids), None)
    if by_id is not None:
        return by_id
    fresh = [one for one in came_since(act, row) if is_of_our_till(act, one) is not False]
    return next((one for one in fresh if one.points == reversal.given), None)


def _entry(
    client: Client,
    act: Redemption | ReversalAct,
    handle: Handle,
    entry_type: str,
    points: Decimal,
    model: Any,
    *,
    own: str = "",
) -> str:
    """Id of the ledger's entry that shows these points, "" for none; one that proves another act is passed over.

    own  the entry that proved this one already, when it is looked for again
    Points of several programmes come as several entries of one moment.
    """
    ask = partial(
        ledger.information,
        identifier_name=handle.name,
        identifier_value=handle.value,
        source=handle.source,
        account_id=handle.account_id,
        entry_type=entry_type,
        timezone=client.config.timezone,
        customer_id=act.customer_id,
    )
    since = act.started_at - SLACK
    until = min(timezone.now(), (act.settled_at or act.started_at) + BOOKED_WITHIN) + SLACK
    entries = read_ledger(client, ask, since, until).entries
    fits = [entry.id for entry in entries if _moved(entry, entry_type) == points]
    fits += _together(entries, entry_type, points)
    keys = [f"ledger:{one}" for one in fits]
    used = set(model.objects.filter(proof_key__in=keys).values_list("proof_key", flat=True)) - {own}
    return next((one for one in fits if f"ledger:{one}" not in used), "")


def _moved(entry: LedgerEntry, entry_type: str) -> Decimal:
    """What the entry added, or took (below 0)."""
    if entry_type == "CREDIT":
        return entry.credited
    taken = sum((part.points for part in entry.parts if part.points < 0), NOUGHT)
    return taken if entry.parts else -abs(entry.points or NOUGHT)


def _together(entries: Iterable[LedgerEntry], entry_type: str, points: Decimal) -> list[str]:
    groups: dict[tuple[datetime | None, str], list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        groups[entry.at, entry.event].append(entry)
    whole = [group for group in groups.values() if len(group) > 1]
    return [
        group[0].id for group in whole if sum((_moved(one, entry_type) for one in group), NOUGHT) == points
    ]

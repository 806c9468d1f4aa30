"""Our redemptions and reversals of a period against the outside: its lists, and the ledger."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.client import Client
from apps.capillary.types_points import PointsRedemption
from apps.core.errors import Missing
from apps.operations.acts.rows import ActState
from apps.operations.models import Item, Operation
from apps.operations.work.comparing import Comparison, bounds, customer_of, plan_of
from apps.operations.work.kinds import Outcome, Row
from apps.points.models import Redemption, Reversal, State
from apps.points.proofs import see_redemption, see_reversal
from apps.points.reading import listing_call
from apps.staff.connection import client_for

ADAY = timedelta(days=1)


def plan(_actor: Actor, operation: Operation) -> Iterator[Row]:
    """A row for each customer whose points we moved in the period."""
    redeemed = _redeemed(operation).order_by().values_list("customer_id", flat=True)
    return plan_of(redeemed.union(_reversed(operation).order_by().values_list("customer_id", flat=True)))


def run(actor: Actor, item: Item) -> Outcome:
    """Compare one customer's: one call, and two or three for each of our acts. Raises CapillaryError"""
    operation, customer_id = item.operation, customer_of(item)
    client = client_for(actor)
    begins, ends = bounds(operation)
    days = (begins.date() - ADAY, ends.date() + 2 * ADAY)
    rows = client.send(listing_call(customer_id, days=days)).points
    found = Comparison()
    for act in _redeemed(operation).filter(customer_id=customer_id).order_by("pk"):
        _compare(client, found, act, rows)
    for reversal in _reversed(operation).filter(customer_id=customer_id).order_by("pk"):
        _compare_reversal(client, found, reversal)
    ours = Redemption.objects.filter(customer_id=customer_id).values_list("listed_id", "reference")
    known = {name for pair in ours for name in pair if name}
    found.missing_here += [
        row.id
        for row in rows
        if not known & {row.id, row.external_reference}
        and row.redeemed_at
        and begins <= row.redeemed_at < ends
    ]
    return found.outcome(customer_id)


def _redeemed(operation: Operation) -> QuerySet[Redemption]:
    begins, ends = bounds(operation)
    return Redemption.objects.filter(started_at__gte=begins, started_at__lt=ends, store=operation.store)


def _reversed(operation: Operation) -> QuerySet[Reversal]:
    begins, ends = bounds(operation)
    sent = (State.GOING, State.DONE)
    return Reversal.objects.filter(
        asked_at__gte=begins, asked_at__lt=ends, store=operation.store, state__in=sent
    )


def _compare(client: Client, found: Comparison, act: Redemption, rows: Sequence[PointsRedemption]) -> None:
    row = next(
        (one for one in rows if one.external_reference == act.reference or one.id == act.listed_id), None
    )
    points = act.taken if act.taken is not None else act.points
    if act.is_open:
        found.differ.append(_("%(number)s (not known yet)") % {"number": act.number})
    elif act.state == ActState.NOT_DONE:
        if row is not None and row.external_reference == act.reference:
            found.differ.append(_("%(number)s (not done here, there it is)") % {"number": act.number})
    elif row is not None and row.points is not None and row.points != points:
        told = {"number": act.number, "here": points, "there": row.points}
        found.differ.append(_("%(number)s (here %(here)s, there %(there)s)") % told)
    elif see_redemption(client, act).is_whole:
        found.agree.append(act.number)
    else:
        found.missing_there.append(act.number)


def _compare_reversal(client: Client, found: Comparison, reversal: Reversal) -> None:
    if reversal.state == State.GOING:
        found.differ.append(_("%(number)s (not known yet)") % {"number": reversal.number})
        return
    try:
        whole = see_reversal(client, reversal).is_whole
    except Missing:
        whole = False
    (found.agree if whole else found.missing_there).append(reversal.number)

"""The end of a dry run: duplicates, totals, the rules that ask for a second person, and the fingerprint."""

import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from apps.operations.models import Chunk, Item, Operation
from apps.operations.work.claims import Claim
from apps.operations.work.duplicates import mark_duplicates, pages_of
from apps.operations.work.fingerprints import chunk_fingerprints, operation_fingerprint, print_of
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import locked, move, say
from apps.operations.work.starting import begin
from apps.operations.work.states import Event, ItemState, Phase
from apps.operations.work.tracing import trace

MOST_PROBLEMS = 30
# More coupon series than that nobody offers.
MOST_GIVEN = 200
AT_ONCE = 2000


def sum_up(claim: Claim, kind: Kind, ends_at: float) -> bool:
    """Everything the page says of the dry run, and what an approval binds; False when the time was over first.
    Raises Lost, Stopped"""
    if not _take_fingerprints(claim, kind, ends_at):
        return False
    operation = claim.operation
    totals = totals_of(operation, claim.hold)
    prints = chunk_fingerprints(operation)
    requester, store = operation.requested_by, operation.store
    why = kind.authority(requester, store, totals) if totals["ready"] else []
    with transaction.atomic():
        operation = locked(operation.pk)
        claim.check_flags()
        claim.done()
        move(
            operation,
            Event.CHECKED,
            totals=totals,
            why=why,
            fingerprint=operation_fingerprint(operation, prints),
            checked_at=timezone.now(),
        )
        words = _found(kind, totals["ready"])
        say(operation, words % {"ready": f"{totals['ready']:,}", "bad": f"{totals['bad']:,}"})
        trace("checked", operation, actor=operation.behind, ready=totals["ready"], bad=totals["bad"])
        if kind.at_once and not why and totals["ready"]:
            begin(operation, kind, actor=operation.behind)
    return True


def _found(kind: Kind, ready: int) -> str:
    """What is said of it on its page; an export has no rows that anybody sent."""
    if kind.export:
        return ngettext(
            "Counted: the file is made in %(ready)s part.",
            "Counted: the file is made in %(ready)s parts.",
            ready,
        )
    return ngettext(
        "Dry run: %(ready)s row ready, %(bad)s left out.",
        "Dry run: %(ready)s rows ready, %(bad)s left out.",
        ready,
    )


def _take_fingerprints(claim: Claim, kind: Kind, ends_at: float) -> bool:
    """On from where it stopped: those that are there stay, and tell that duplicates were left out before them."""
    checked = Chunk.objects.filter(operation=claim.operation, phase=Phase.CHECK).order_by("number")
    if kind.unique and not checked.exclude(fingerprint="").exists():
        mark_duplicates(claim)
    for chunk in checked.filter(fingerprint=""):
        _first, _last, fingerprint = print_of(chunk)
        with transaction.atomic():
            claim.renew()
            claim.check_flags()
            Chunk.objects.filter(pk=chunk.pk).update(fingerprint=fingerprint)
        if time.monotonic() > ends_at:
            return False
    return True


def totals_of(operation: Operation, hold: Callable[[], None]) -> dict[str, Any]:
    """Rows, customers, amounts as text, stores, problems by their words. Amounts are added as Decimals here:
    SQLite would add them as floats.

    hold  called every few thousand rows, so that the lease lasts
    """
    items = Item.objects.filter(operation=operation)
    ready = items.filter(state=ItemState.READY)
    points = money = most = Decimal(0)
    for page in pages_of(ready, "points", "money", most=AT_ONCE, hold=hold):
        for one, other in page:
            points += one or 0
            money += other or 0
            most = max(most, one or Decimal(0))
    counted = ready.aggregate(rows=Count("pk"), customers=Count("customer_id", distinct=True))
    stores = ready.exclude(store_code="").order_by("store_code").values_list("store_code", flat=True)
    problems = _problems(items.filter(state=ItemState.BAD), hold)
    return {
        "rows": operation.rows,
        "ready": counted["rows"],
        "bad": operation.rows - counted["rows"],
        "customers": counted["customers"],
        "points": f"{points.normalize():f}",
        "most": f"{most.normalize():f}",
        "money": f"{money.normalize():f}",
        "stores": list(stores.distinct()[:100]),
        "gives": _given(ready),
        "problems": problems,
    }


def _given(ready: QuerySet[Item]) -> dict[str, int]:
    """What rows give → how many of them do, the most first."""
    found = ready.exclude(gives="").values_list("gives").annotate(rows=Count("pk")).order_by("-rows", "gives")
    return dict(found[:MOST_GIVEN])


def _problems(bad: QuerySet[Item], hold: Callable[[], None]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for page in pages_of(bad, "problems", most=AT_ONCE, hold=hold):
        for (problems,) in page:
            found.update({one["words"] for one in problems})
        if len(found) > 50 * MOST_PROBLEMS:
            found = Counter(dict(found.most_common(MOST_PROBLEMS)))
    return dict(found.most_common(MOST_PROBLEMS))
